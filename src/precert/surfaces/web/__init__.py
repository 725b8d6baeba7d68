"""The page that staff keep open: the same answers as the API, in the words of those who build the cases.

`site.py` adds its routes to the service, behind the same door; `page.py` draws them, `session.py` tells who asks. Everything is
drawn on the server and works without scripts; `static/app.js` only saves keystrokes. Nothing is decided here.
"""
