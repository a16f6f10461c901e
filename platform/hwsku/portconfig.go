package hwsku

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ParsePortConfig reads port_config.ini: a comment line that contains "name" gives the columns of the lines after it. name is for errors.
func ParsePortConfig(name string, b []byte) ([]Port, error) {
	columns := []string{"name", "lanes", "alias", "index"}
	var ports []Port
	set := newPortSet()
	line := 0
	for text := range strings.Lines(string(b)) {
		line++
		fail := func(field, value, reason string) error {
			return &Error{File: name, Line: line, Field: field, Value: value, Reason: reason}
		}
		if strings.HasPrefix(text, "#") {
			if strings.Contains(text, "name") {
				columns = strings.Fields(strings.Trim(text, "#\r\n"))
				if !slices.Contains(columns, "name") || !slices.Contains(columns, "lanes") {
					return nil, fail("header", strings.TrimSpace(text), "columns name and lanes are needed")
				}
			}
			continue
		}
		values := strings.Fields(text)
		if len(values) < 2 {
			continue // as SONiC does: blank lines and stray words
		}
		if len(values) > len(columns) {
			return nil, fail("", values[len(columns)], fmt.Sprintf("%d values, the header has %d columns", len(values), len(columns)))
		}
		p, field, value, reason := portRow(columns, values)
		if reason == "" {
			field, value, reason = set.add(&p)
		}
		if reason != "" {
			return nil, fail(field, value, reason)
		}
		ports = append(ports, p)
	}
	return ports, nil
}

// portRow makes a port of one line; a reason means that it is no good.
func portRow(columns, values []string) (p Port, field, value, reason string) {
	p.Index = -1
	for i, v := range values {
		switch c := columns[i]; c {
		case "name":
			p.Name = v
		case "alias":
			p.Alias = v
		case "autoneg":
			p.Autoneg = v
		case "fec":
			p.FEC = v
		case "subport":
			p.Subport = v
		case "role":
			p.Role = v
		case "lanes":
			if p.Lanes, reason = lanes(v); reason != "" {
				return p, c, v, reason
			}
		case "index":
			n, err := strconv.ParseUint(v, 10, 31)
			if err != nil {
				return p, c, v, noNumber
			}
			p.Index = int(n)
		case "speed":
			n, err := strconv.ParseUint(v, 10, 32)
			if err != nil || n == 0 {
				return p, c, v, "not a speed in Mbit/s"
			}
			p.Speed = uint32(n)
		default:
			if p.Extra == nil {
				p.Extra = map[string]string{}
			}
			p.Extra[c] = v
		}
	}
	switch {
	case p.Name == "":
		return p, "name", "", "missing"
	case len(p.Lanes) == 0:
		return p, "lanes", "", "missing"
	case p.Alias == "":
		p.Alias = p.Name
	}
	return p, "", "", ""
}
