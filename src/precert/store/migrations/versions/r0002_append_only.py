"""The database itself refuses what a store never does: to change or remove what was kept. And indexes by list.

precert only ever appends. A trigger holds it for every other tool that is pointed at the database. A document may still be
removed by hand, because a licence may ask for that; it may not be changed, because its digest names it.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

APPENDED = ("publications", "drafts", "decisions")
GUARDED = ("releases", "publications", "decisions")
"""Neither changed nor removed. Drafts are not guarded: a removed document takes its drafts with it."""


def upgrade() -> None:
    """Add the indexes and the guards."""
    for table in APPENDED:
        op.create_index(f"{table}_by_list", table, ["list", "n"])
    if op.get_context().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgres()


def _guard_sqlite() -> None:
    for table, action in _guards():
        op.execute(f"CREATE TRIGGER {table}_{action} BEFORE {action} ON {table} BEGIN SELECT RAISE(ABORT, '{table}: append only'); END")


def _guard_postgres() -> None:
    op.execute(
        "CREATE FUNCTION precert_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%: append only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table, action in [*_guards(), *((table, "truncate") for table in GUARDED)]:
        op.execute(f"CREATE TRIGGER {table}_{action} BEFORE {action} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION precert_append_only()")


def _guards() -> list[tuple[str, str]]:
    return [(table, action) for table in GUARDED for action in ("update", "delete")] + [("documents", "update")]


def downgrade() -> None:
    """Take the guards and the indexes away; what is kept stays."""
    if op.get_context().dialect.name == "sqlite":
        for table, action in _guards():
            op.execute(f"DROP TRIGGER {table}_{action}")
    else:
        op.execute("DROP FUNCTION precert_append_only() CASCADE")
    for table in APPENDED:
        op.drop_index(f"{table}_by_list", table)
