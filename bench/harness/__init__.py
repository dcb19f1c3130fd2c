"""What bench/run and bench/soak stand on: proxies, the mock and the load generator, started and ended together."""
