"""Reading, validating and writing tables: Excel, CSV, Parquet, exports of other systems, units of measure."""
