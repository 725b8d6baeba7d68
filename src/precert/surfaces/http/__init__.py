"""The house over HTTP: `app.py` puts it together, `door.py` stands before it, `server.py` runs it. It adds no judgement of its own.

A request passes the protocol (sizes and times of headers), the door (who may speak to us, and as whom), and one route, which reads
strictly, asks `bootstrap` or `workbench`, and writes. What goes wrong becomes a `Problem`, which never repeats what was sent.
"""
