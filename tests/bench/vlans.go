package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
)

// vlanLife is VLANs from CONFIG_DB to the kernel, their interfaces, a restart of all daemons, an idle while, and their end.
type vlanLife struct {
	*nos
	count int
	out   []figure
}

func configuredVlans(n *nos, count int) ([]figure, error) {
	l := &vlanLife{nos: n, count: count}
	for _, step := range []func() error{l.make, l.interfaces, l.restart, l.idle, l.remove} {
		if err := step(); err != nil {
			return l.out, err
		}
	}
	return l.out, nil
}

// write writes rows of CONFIG_DB for each VLAN and its address.
func (l *vlanLife) write(row func(p redis.Pipeliner, id int, address string)) error {
	_, err := l.in(configDB, func(p redis.Pipeliner) {
		for id := 2; id < l.count+2; id++ {
			row(p, id, fmt.Sprintf("10.%d.%d.1/24", 100+id>>8, id&255))
		}
	})
	return err
}

// objects counts the keys of a database that match.
func (n *nos) objects(db int, pattern string) int {
	cmds, err := n.in(db, func(p redis.Pipeliner) { p.Eval(n.ctx, "return #redis.call('keys', ARGV[1])", nil, pattern) })
	if err != nil {
		return -1
	}
	got, _ := cmds[0].(*redis.Cmd).Int()
	return got
}

const (
	vlanObjects = "ASIC_STATE:SAI_OBJECT_TYPE_VLAN:*"
	rifObjects  = "ASIC_STATE:SAI_OBJECT_TYPE_ROUTER_INTERFACE:*"
)

// until waits for a number of objects, and says how long it took since then.
func (l *vlanLife) until(began time.Time, db int, pattern string, want int) (time.Duration, error) {
	err := l.await(pattern, 5*patience, 20*time.Millisecond, func() bool { return l.objects(db, pattern) == want })
	return time.Since(began), err
}

// note adds a figure, with what the processes took since then once they are quiet.
func (l *vlanLife) note(what string, d time.Duration, before usage) error {
	if err := l.settle(); err != nil {
		return err
	}
	u := l.usage().sub(before)
	l.out = append(l.out, figure{what: fmt.Sprintf(what, l.count), value: d.Seconds(), unit: "s", digits: 2, detail: "CPU " + u.list(cpuOf, "%.2f") + " s", atMost: true})
	return nil
}

func (l *vlanLife) make() error {
	have := l.objects(asicDB, vlanObjects)
	before, began := l.usage(), time.Now()
	if err := l.write(func(p redis.Pipeliner, id int, _ string) { p.HSet(l.ctx, fmt.Sprintf("VLAN|Vlan%d", id), "vlanid", id) }); err != nil {
		return err
	}
	asic, err := l.until(began, asicDB, vlanObjects, have+l.count)
	if err != nil {
		return err
	}
	kernel, err := l.until(began, stateDB, "VLAN_TABLE|*", l.count)
	if err != nil {
		return err
	}
	if err := l.note("%d VLANs, CONFIG_DB to ASIC_DB", asic, before); err != nil {
		return err
	}
	if l.count == 4093 {
		l.out[0].sonic, l.out[0].budget = "19.4 s", 1
	}
	l.out = append(l.out, figure{what: fmt.Sprintf("the same, until all %d host interfaces are in the kernel", l.count), value: kernel.Seconds(), unit: "s", digits: 2})
	return nil
}

func (l *vlanLife) interfaces() error {
	have := l.objects(asicDB, rifObjects)
	before, began := l.usage(), time.Now()
	if err := l.write(func(p redis.Pipeliner, id int, address string) {
		p.HSet(l.ctx, fmt.Sprintf("VLAN_INTERFACE|Vlan%d", id), "NULL", "NULL")
		p.HSet(l.ctx, fmt.Sprintf("VLAN_INTERFACE|Vlan%d|%s", id, address), "NULL", "NULL")
	}); err != nil {
		return err
	}
	d, err := l.until(began, asicDB, rifObjects, have+l.count)
	if err != nil {
		return err
	}
	return l.note("%d VLAN interfaces with an address, CONFIG_DB to ASIC_DB", d, before)
}

// restart kills all daemons, and waits until they are there and quiet again.
func (l *vlanLife) restart() error {
	before := l.usage()
	for _, daemon := range []string{"cfgmgr", "netsync", "orchagent", "syncd"} {
		if err := l.kill(daemon); err != nil {
			return err
		}
	}
	if err := l.pause(time.Second); err != nil {
		return err
	}
	began := time.Now().Add(-time.Second)
	if err := l.note("%d VLANs and interfaces: all daemons killed, until they are quiet again", 0, before); err != nil {
		return err
	}
	f := &l.out[len(l.out)-1]
	f.value, f.detail = time.Since(began).Seconds(), "CPU "+l.usage().list(cpuOf, "%.2f")+" s"
	return nil
}

// kill ends a daemon as a crash would.
func (l *vlanLife) kill(daemon string) error {
	list, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range list {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		f := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if f[1] != strconv.Itoa(l.process.Pid()) || program(filepath.Dir(path)) != daemon {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		return syscall.Kill(pid, syscall.SIGKILL)
	}
	return fmt.Errorf("%s does not run", daemon)
}

// idleTime is how long an idle switch is looked at.
const idleTime = 5 * time.Second

func (l *vlanLife) idle() error {
	before := l.usage()
	if err := l.pause(idleTime); err != nil {
		return err
	}
	u := l.usage()
	l.out = append(l.out,
		figure{what: fmt.Sprintf("idle with %d VLANs and interfaces, CPU", l.count), value: 100 * u.sub(before).cpu() / idleTime.Seconds(), unit: "%", digits: 1,
			detail: u.sub(before).list(cpuOf, "%.2f")},
		figure{what: fmt.Sprintf("idle with %d VLANs and interfaces, PSS", l.count), value: float64(u.pss()) / 1e6, unit: "MB", detail: u.list(pssOf, "%.0f")})
	return nil
}

func (l *vlanLife) remove() error {
	have := l.objects(asicDB, vlanObjects)
	before, began := l.usage(), time.Now()
	if err := l.write(func(p redis.Pipeliner, id int, address string) {
		p.Del(l.ctx, fmt.Sprintf("VLAN_INTERFACE|Vlan%d|%s", id, address), fmt.Sprintf("VLAN_INTERFACE|Vlan%d", id), fmt.Sprintf("VLAN|Vlan%d", id))
	}); err != nil {
		return err
	}
	d, err := l.until(began, asicDB, vlanObjects, have-l.count)
	if err != nil {
		return err
	}
	err = l.await("host interfaces gone", 5*patience, 20*time.Millisecond, func() bool {
		links, err := l.near.Handle.LinkList()
		return err == nil && len(links) < l.count
	})
	if err != nil {
		return err
	}
	kernel := time.Since(began)
	if err := l.note("%d VLANs and interfaces deleted, CONFIG_DB to ASIC_DB", d, before); err != nil {
		return err
	}
	l.out = append(l.out, figure{what: "the same, until the host interfaces are gone", value: kernel.Seconds(), unit: "s", digits: 2})
	return nil
}
