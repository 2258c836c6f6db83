"""What makes a rendered patch look like skin and changes none of its means: relief, pores, hair, vessels."""
