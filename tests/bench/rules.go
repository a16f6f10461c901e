package main

import (
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	ruleObjects = "ASIC_STATE:SAI_OBJECT_TYPE_ACL_ENTRY:*"
	ruleStates  = "ACL_RULE_TABLE|*"
)

// configuredRules is an access list of so many rules from CONFIG_DB to the ASIC, and its end.
func configuredRules(n *nos, count int) ([]figure, error) {
	const table = "ACL_TABLE|DATA"
	if _, err := n.in(configDB, func(p redis.Pipeliner) { p.HSet(n.ctx, table, "type", "L3", "ports@", n.ports[0].name) }); err != nil {
		return nil, err
	}
	if err := n.settle(); err != nil {
		return nil, err
	}
	var out []figure
	step := func(what string, want int, row func(p redis.Pipeliner, i int)) error {
		before, began := n.usage(), time.Now()
		_, err := n.in(configDB, func(p redis.Pipeliner) {
			for i := range count {
				row(p, i)
			}
		})
		if err == nil {
			err = n.await(what, patience, time.Millisecond, func() bool { return n.objects(asicDB, ruleObjects) == want })
		}
		took := time.Since(began)
		if err == nil {
			err = n.await(what, patience, time.Millisecond, func() bool { return n.objects(stateDB, ruleStates) == want })
		}
		if err == nil {
			err = n.settle()
		}
		out = append(out, figure{what: fmt.Sprintf(what, count), value: took.Seconds(), unit: "s", digits: 2, budget: 0.2 * float64(count) / 1000, atMost: true,
			detail: "CPU " + n.usage().sub(before).list(cpuOf, "%.2f") + " s"})
		return err
	}
	key := func(i int) string { return fmt.Sprintf("ACL_RULE|DATA|RULE_%d", i) }
	if err := step("%d rules of an access list, CONFIG_DB to ASIC_DB", count, func(p redis.Pipeliner, i int) {
		p.HSet(n.ctx, key(i), "PRIORITY", 10+i, "SRC_IP", fmt.Sprintf("10.%d.%d.0/24", i>>8, i&255), "IP_PROTOCOL", 6, "L4_DST_PORT", 1+i, "PACKET_ACTION", "DROP")
	}); err != nil {
		return out, err
	}
	return out, step("%d rules deleted", 0, func(p redis.Pipeliner, i int) { p.Del(n.ctx, key(i)) })
}
