"""The migrations of a store's schema. A migration, once released, is never edited; a change is a new one."""
