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

// configuredVlans measures VLANs from CONFIG_DB to ASIC_DB.
func configuredVlans(n *nos, count int) ([]figure, error) {
	_, asic, err := n.keys()
	if err != nil {
		return nil, err
	}
	before, began := n.usage(), time.Now()
	if _, err := n.in(configDB, func(p redis.Pipeliner) {
		for id := 2; id < count+2; id++ {
			p.HSet(n.ctx, fmt.Sprintf("VLAN|Vlan%d", id), "vlanid", id)
		}
	}); err != nil {
		return nil, err
	}
	err = n.await("VLANs", 5*patience, 5*time.Millisecond, func() bool {
		_, now, err := n.keys()
		return err == nil && now == asic+count
	})
	if err != nil {
		return nil, err
	}
	d := time.Since(began)
	if err := n.settle(); err != nil {
		return nil, err
	}
	u := n.usage().sub(before)
	f := figure{what: fmt.Sprintf("%d VLANs, CONFIG_DB to ASIC_DB", count), value: d.Seconds(), unit: "s", digits: 2, detail: "CPU " + u.list(cpuOf, "%.2f") + " s", atMost: true}
	if count == 4093 {
		f.sonic, f.budget = "19.4 s", 1
	}
	return []figure{f}, nil
}
