"""Schemas of messages: read from five dialects into one model, and compared in both directions.

    read(text or {path: text}, dialect) → Schema          one reader per dialect
    diff(old, new) → differences                          neutral: what changed, paired by number, name or alias
    compare(old, new, dialect=…) → Comparison             judged by the table in `compat`, per direction
"""
