"""The first tables of the record, and the triggers that keep events and consents append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = {"events": ("UPDATE", "DELETE"), "consents": ("UPDATE",)}


def _protect(table: str, verb: str) -> list[str]:
    """What keeps the rows of `table` from `verb`, in the words of the database at hand."""
    name, message = f"{table}_no_{verb.lower()}", f"{table} are append-only"
    if op.get_bind().dialect.name == "sqlite":
        return [f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END"]
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{message}'; END $$",
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def upgrade() -> None:
    op.create_table(
        "catalogue_versions",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_catalogue_versions"),
    )
    op.create_table(
        "centers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_centers"),
    )
    op.create_table(
        "erasures",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("center_id", sa.String(length=64), nullable=False),
        sa.Column("consent_messages", sa.JSON(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_erasures"),
    )
    op.create_index("ix_erasures_conversation_id", "erasures", ["conversation_id"], unique=False)
    op.create_index("ix_erasures_center_id", "erasures", ["center_id"], unique=False)
    op.create_table(
        "events",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("center_id", sa.String(length=64), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("object_type", sa.String(length=64), nullable=False),
        sa.Column("object_id", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_events"),
    )
    op.create_index("ix_events_center_id", "events", ["center_id"], unique=False)
    op.create_index("ix_events_object_id", "events", ["object_id"], unique=False)
    op.create_table(
        "catalogue_items",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"], ["catalogue_versions.version"], name="fk_catalogue_items_version", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version", "kind", "id", name="pk_catalogue_items"),
    )
    op.create_table(
        "clients",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("center_id", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["center_id"], ["centers.id"], name="fk_clients_center_id"),
        sa.PrimaryKeyConstraint("id", name="pk_clients"),
        sa.UniqueConstraint("center_id", "ref", name="uq_clients_center_id_ref"),
    )
    op.create_index("ix_clients_ref", "clients", ["ref"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("center_id", sa.String(length=64), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("center_id is not null or role = 'admin'", name="ck_users_center"),
        sa.CheckConstraint("role in ('counselor', 'manager', 'admin')", name="ck_users_role"),
        sa.ForeignKeyConstraint(["center_id"], ["centers.id"], name="fk_users_center_id"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("login", name="uq_users_login"),
    )
    op.create_index("ix_users_center_id", "users", ["center_id"], unique=False)
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("risks", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("center_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["acknowledged_by_id"], ["users.id"], name="fk_alerts_acknowledged_by_id"),
        sa.ForeignKeyConstraint(["center_id"], ["centers.id"], name="fk_alerts_center_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
    )
    op.create_index("ix_alerts_center_id", "alerts", ["center_id"], unique=False)
    op.create_index("ix_alerts_conversation_id", "alerts", ["conversation_id"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("center_id", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["center_id"], ["centers.id"], name="fk_conversations_center_id"),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name="fk_conversations_client_id"),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_center_id", "conversations", ["center_id"], unique=False)
    op.create_index("ix_conversations_client_id", "conversations", ["client_id"], unique=False)
    op.create_table(
        "login_sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_login_sessions_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_login_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_login_sessions_token_hash"),
    )
    op.create_index("ix_login_sessions_user_id", "login_sessions", ["user_id"], unique=False)
    op.create_table(
        "consents",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=128), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer in ('yes', 'no')", name="ck_consents_answer"),
        sa.CheckConstraint("purpose in ('general', 'sensitive')", name="ck_consents_purpose"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_consents_conversation_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_consents"),
    )
    op.create_index("ix_consents_conversation_id", "consents", ["conversation_id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("conversation_id", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_idempotency_keys_conversation_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("caller", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_conversation_id", "idempotency_keys", ["conversation_id"], unique=False)
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"], unique=False)
    op.create_table(
        "intakes",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("center_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("urgency", sa.String(length=64), nullable=True),
        sa.Column("max_risk", sa.String(length=64), nullable=True),
        sa.Column("danger", sa.Integer(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by_id", sa.String(length=64), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("questions_asked", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status in ('in_progress', 'submitted', 'handoff', 'closed', 'withdrawn')", name="ck_intakes_status"
        ),
        sa.ForeignKeyConstraint(["center_id"], ["centers.id"], name="fk_intakes_center_id"),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name="fk_intakes_client_id"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_intakes_conversation_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["taken_by_id"], ["users.id"], name="fk_intakes_taken_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_intakes"),
        sa.UniqueConstraint("conversation_id", name="uq_intakes_conversation_id"),
    )
    op.create_index("ix_intakes_client_id", "intakes", ["client_id"], unique=False)
    op.create_index("ix_intakes_queue", "intakes", ["center_id", "status", "danger", "waiting_since"], unique=False)
    op.create_index("ix_intakes_taken_by_id", "intakes", ["taken_by_id"], unique=False)
    op.create_table(
        "messages",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=True),
        sa.Column("asks", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redacted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("role in ('client', 'bot', 'counselor')", name="ck_messages_role"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_messages_conversation_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "id", name="pk_messages"),
        sa.UniqueConstraint("conversation_id", "position", name="uq_messages_conversation_id_position"),
    )
    op.create_table(
        "outgoing",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="fk_outgoing_author_id"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_outgoing_conversation_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_outgoing"),
        sa.UniqueConstraint("id", name="uq_outgoing_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outgoing_conversation_id", "outgoing", ["conversation_id"], unique=False)
    op.create_table(
        "intake_facts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("intake_id", sa.String(length=64), nullable=False),
        sa.Column("fact", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=128), nullable=True),
        sa.Column("corrected_by_id", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('told', 'refused', 'unknown')", name="ck_intake_facts_state"),
        sa.ForeignKeyConstraint(["corrected_by_id"], ["users.id"], name="fk_intake_facts_corrected_by_id"),
        sa.ForeignKeyConstraint(["intake_id"], ["intakes.id"], name="fk_intake_facts_intake_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_intake_facts"),
        sa.UniqueConstraint("intake_id", "fact", name="uq_intake_facts_intake_id_fact"),
    )
    op.create_table(
        "intake_needs",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("intake_id", sa.String(length=64), nullable=False),
        sa.Column("need", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("message_id", sa.String(length=128), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("corrected_by_id", sa.String(length=64), nullable=True),
        sa.CheckConstraint("state in ('said', 'inferred', 'confirmed', 'declined')", name="ck_intake_needs_state"),
        sa.ForeignKeyConstraint(["corrected_by_id"], ["users.id"], name="fk_intake_needs_corrected_by_id"),
        sa.ForeignKeyConstraint(["intake_id"], ["intakes.id"], name="fk_intake_needs_intake_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_intake_needs"),
        sa.UniqueConstraint("intake_id", "need", name="uq_intake_needs_intake_id_need"),
    )
    op.create_table(
        "intake_risks",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("intake_id", sa.String(length=64), nullable=False),
        sa.Column("risk", sa.String(length=64), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=128), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["intake_id"], ["intakes.id"], name="fk_intake_risks_intake_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["users.id"], name="fk_intake_risks_lifted_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_intake_risks"),
        sa.UniqueConstraint("intake_id", "risk", name="uq_intake_risks_intake_id_risk"),
    )
    op.create_table(
        "plans",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("intake_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("catalogue_version", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.String(length=64), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status in ('current', 'superseded')", name="ck_plans_status"),
        sa.ForeignKeyConstraint(["intake_id"], ["intakes.id"], name="fk_plans_intake_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name="fk_plans_made_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        sa.UniqueConstraint("intake_id", "version", name="uq_plans_intake_id_version"),
    )
    op.create_table(
        "plan_steps",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_by_id", sa.String(length=64), nullable=True),
        sa.CheckConstraint("status in ('planned', 'in_progress', 'done', 'skipped')", name="ck_plan_steps_status"),
        sa.ForeignKeyConstraint(["changed_by_id"], ["users.id"], name="fk_plan_steps_changed_by_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_plan_steps_plan_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_steps"),
        sa.UniqueConstraint("plan_id", "step", name="uq_plan_steps_plan_id_step"),
    )
    op.create_index("ix_plan_steps_service", "plan_steps", ["service"], unique=False)
    for table, verbs in APPEND_ONLY.items():
        for verb in verbs:
            for statement in _protect(table, verb):
                op.execute(statement)


def downgrade() -> None:

    op.drop_index("ix_plan_steps_service", table_name="plan_steps")
    op.drop_table("plan_steps")
    op.drop_table("plans")
    op.drop_table("intake_risks")
    op.drop_table("intake_needs")
    op.drop_table("intake_facts")
    op.drop_index("ix_outgoing_conversation_id", table_name="outgoing")
    op.drop_table("outgoing")
    op.drop_table("messages")
    op.drop_index("ix_intakes_taken_by_id", table_name="intakes")
    op.drop_index("ix_intakes_queue", table_name="intakes")
    op.drop_index("ix_intakes_client_id", table_name="intakes")
    op.drop_table("intakes")
    op.drop_index("ix_idempotency_keys_created_at", table_name="idempotency_keys")
    op.drop_index("ix_idempotency_keys_conversation_id", table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index("ix_consents_conversation_id", table_name="consents")
    op.drop_table("consents")
    op.drop_index("ix_login_sessions_user_id", table_name="login_sessions")
    op.drop_table("login_sessions")
    op.drop_index("ix_conversations_client_id", table_name="conversations")
    op.drop_index("ix_conversations_center_id", table_name="conversations")
    op.drop_table("conversations")
    op.drop_index("ix_alerts_conversation_id", table_name="alerts")
    op.drop_index("ix_alerts_center_id", table_name="alerts")
    op.drop_table("alerts")
    op.drop_index("ix_users_center_id", table_name="users")
    op.drop_table("users")
    op.drop_index("ix_clients_ref", table_name="clients")
    op.drop_table("clients")
    op.drop_table("catalogue_items")
    op.drop_index("ix_events_object_id", table_name="events")
    op.drop_index("ix_events_center_id", table_name="events")
    op.drop_table("events")
    op.drop_index("ix_erasures_center_id", table_name="erasures")
    op.drop_index("ix_erasures_conversation_id", table_name="erasures")
    op.drop_table("erasures")
    op.drop_table("centers")
    op.drop_table("catalogue_versions")
    if op.get_bind().dialect.name == "postgresql":
        for table, verbs in APPEND_ONLY.items():
            for verb in verbs:
                op.execute(f"DROP FUNCTION {table}_no_{verb.lower()}()")
