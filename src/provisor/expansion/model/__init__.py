"""The model: what to build (peak) and how goods flow (flow); one function per family of rows."""
