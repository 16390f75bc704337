"""The journal: conversations, messages, outbox, marks.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("center", sa.String(80), nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("updated_at", sa.String(40), nullable=False),
        sa.Column("erased_at", sa.String(40)),
        sa.Column("consent", sa.String(3)),
        sa.Column("sensitive_consent", sa.String(3)),
        sa.Column("status", sa.String(20)),
        sa.Column("turn", sa.Integer, nullable=False, server_default="0"),
        sa.Column("state", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_table(
        "messages",
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("asks", sa.String(60)),
        sa.Column("quick_replies", sa.Text),
        sa.Column("data", sa.Text),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("withheld", sa.String(10)),
        sa.Column("turn_state", sa.String(10)),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("fingerprint", sa.String(64)),
        sa.Column("answer", sa.Text),
        sa.PrimaryKeyConstraint("conversation_id", "id", name="pk_messages"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_messages_conversation_id_conversations"
        ),
        sa.UniqueConstraint("conversation_id", "seq", name="uq_messages_conversation_id_seq"),
    )
    op.create_index("ix_messages_turn_state", "messages", ["turn_state"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False, autoincrement=True),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("parked", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index("ix_outbox_conversation_id", "outbox", ["conversation_id"])
    op.create_table(
        "marks",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_marks"),
    )


def downgrade() -> None:
    for table in ("marks", "outbox", "messages", "conversations"):
        op.drop_table(table)
