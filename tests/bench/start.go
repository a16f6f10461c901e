package main

import (
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// start measures the start, which has been, and what an idle switch takes.
func start(n *nos) ([]figure, error) {
	cmds, err := n.in(asicDB, func(p redis.Pipeliner) { p.Keys(n.ctx, "ASIC_STATE:SAI_OBJECT_TYPE_HOSTIF:*") })
	if err != nil {
		return nil, err
	}
	if got := len(cmds[0].(*redis.StringSliceCmd).Val()); got != len(n.ports) {
		return nil, fmt.Errorf("%d host interfaces for %d ports", got, len(n.ports))
	}
	out := []figure{{what: "process started to 32 ports in ASIC_DB, PortInitDone, all up", sonic: "1.9 - 2.2 s", value: n.up.Seconds(), unit: "s", digits: 2, budget: 0.5, atMost: true}}
	if err := n.pause(3 * time.Second); err != nil {
		return out, err
	}
	u := n.usage()
	out = append(out, figure{what: "idle with 32 ports, all daemons and Redis, PSS", sonic: "82 MiB PSS; ZMQ 516 MiB", value: float64(u.pss()) / 1e6, unit: "MB",
		detail: u.list(pssOf, "%.0f"), budget: 80, atMost: true})
	return out, nil
}
