package main

import (
	"strings"
	"unicode"
)

// capitals are the words that keep their capitals in Go names.
var capitals = map[string]string{"ID": "ID", "IP": "IP", "MAC": "MAC", "IPV4": "IPv4", "IPV6": "IPv6"}

// camel turns VLAN_MEMBER into VlanMember. Digits on both sides of an underscore keep it: 1_2 is not 12.
func camel(s string) string {
	var b strings.Builder
	for _, w := range strings.Split(s, "_") {
		if w == "" {
			continue
		}
		up := strings.ToUpper(w)
		if c, ok := capitals[up]; ok {
			b.WriteString(c)
			continue
		}
		if prev := b.String(); prev != "" && unicode.IsDigit(rune(w[0])) && unicode.IsDigit(rune(prev[len(prev)-1])) {
			b.WriteByte('_')
		}
		b.WriteString(up[:1] + strings.ToLower(up[1:]))
	}
	return b.String()
}

// symbolName is the Go name of a SAI symbol: without SAI_, in camel case.
func symbolName(symbol string) string { return camel(strings.TrimPrefix(symbol, "SAI_")) }

// enumType is the Go name of a SAI enum type: sai_port_type_t is PortType.
func enumType(cname string) string {
	return camel(strings.TrimSuffix(strings.TrimPrefix(cname, "sai_"), "_t"))
}

// lowerFirst makes an exported name private.
func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

func lower(s string) string { return strings.ToLower(s) }
