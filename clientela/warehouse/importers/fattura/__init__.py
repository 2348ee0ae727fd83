"""FatturaPA, the electronic invoice of Italy: what stands in one, one file a question."""
