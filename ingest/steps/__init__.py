"""The steps of the examination, one module each: `run(parcel, tools)` returns a new parcel."""
