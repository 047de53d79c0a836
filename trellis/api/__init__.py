"""The kit of the machine door: tokens, paging, problem+json. No domain."""
