package cli

import (
	"github.com/hypersonic-nos/hypersonic/tables"
)

// lag is what the databases say of a LAG.
type lag struct {
	name    string
	config  tables.LagRow
	appl    *tables.ApplLagWholeRow // nil: not there yet
	members []string
}

// lags are all LAGs, and which one a port is in.
type lags struct {
	all []lag
	of  map[string]string
}

func (v *view) lags() (lags, error) {
	l := lags{of: map[string]string{}}
	config, err := read(v, tables.ConfigLag)
	if err != nil {
		return l, err
	}
	members, err := read(v, tables.ConfigLagMember)
	if err != nil {
		return l, err
	}
	appl, err := fetch(v, tables.ApplLagWhole, keys(config))
	if err != nil {
		return l, err
	}
	for _, e := range config {
		one := lag{name: e.Key, config: e.Row}
		if row, ok := appl[e.Key]; ok {
			one.appl = &row
		}
		for _, m := range members {
			if m.Key.Lag == e.Key {
				one.members = append(one.members, m.Key.Port)
				l.of[m.Key.Port] = e.Key
			}
		}
		l.all = append(l.all, one)
	}
	return l, nil
}

// speed is the sum of the members', in Mbit/s.
func (l *lag) speed(ports []port) (sum uint32) {
	for i := range ports {
		for _, m := range l.members {
			if m == ports[i].Name {
				sum += ports[i].speed()
			}
		}
	}
	return sum
}

func (l *lag) oper() string {
	if l.appl == nil {
		return notAvailable
	}
	return l.appl.OperStatus.String()
}

func (l *lag) admin() string {
	if l.appl == nil {
		return notAvailable
	}
	return l.appl.AdminStatus.String()
}

// protocol is how members are agreed on, in teamshow's words, and for LAGs without LACP, which SONiC does not have, our own.
func (l *lag) protocol() string {
	switch {
	case l.config.Static():
		return "static"
	case l.config.Passive():
		return "LACP(I)"
	}
	return "LACP(A)"
}
