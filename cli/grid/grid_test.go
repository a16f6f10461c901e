package grid_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
)

func TestWrite(t *testing.T) {
	for _, c := range []struct {
		name  string
		table grid.Table
		want  string
	}{
		{"simple", grid.Table{Header: []string{"No.", "Vlan", "MacAddress", "Port", "Type"}, Rows: [][]string{
			{"1", "3", "11:22:33:66:55:44", "Ethernet4", "Static"}, {"12", "1000", "11:22:33:66:55:45", "Ethernet12", "Dynamic"},
		}}, `
  No.    Vlan  MacAddress         Port        Type
-----  ------  -----------------  ----------  -------
    1       3  11:22:33:66:55:44  Ethernet4   Static
   12    1000  11:22:33:66:55:45  Ethernet12  Dynamic
`},
		{"empty", grid.Table{Header: []string{"No.", "Vlan", "MacAddress", "Port", "Type"}}, `
No.    Vlan    MacAddress    Port    Type
-----  ------  ------------  ------  ------
`},
		{"empty, right", grid.Table{Header: []string{"Interface", "Oper"}, Right: true}, `
  Interface    Oper
-----------  ------
`},
		{"right", grid.Table{Right: true, Header: []string{"Interface", "Lanes"}, Rows: [][]string{{"Ethernet0", "0,1,2,3"}}}, `
  Interface    Lanes
-----------  -------
  Ethernet0  0,1,2,3
`},
		{"not all numbers", grid.Table{Header: []string{"Interface", "Untagged"}, Rows: [][]string{{"Ethernet0", ""}, {"Ethernet4", "1000"}}}, `
Interface    Untagged
-----------  ----------
Ethernet0
Ethernet4    1000
`},
		{"pretty", grid.Table{Pretty: true, Header: []string{"Vlan10 (RX)", "Discover"}, Rows: [][]string{{"Vlan10", "12"}, {"Ethernet0", "3"}}}, `
+-------------+----------+
| Vlan10 (RX) | Discover |
+-------------+----------+
| Vlan10      | 12       |
| Ethernet0   | 3        |
+-------------+----------+
`},
		{"text", grid.Table{Text: true, Header: []string{"A"}, Rows: [][]string{{"1"}}}, `
A
---
1
`},
		{"grid", grid.Table{Grid: true, Header: []string{"VLAN ID", "IP Address", "Ports", "Proxy ARP"}, Rows: [][]string{
			{"1000", "\n192.168.0.1/21\nfc02:1000::1/64", "Ethernet4\nEthernet8\nEthernet12", "disabled"}, {"2000", "", "", "enabled"},
		}}, `
+-----------+-----------------+------------+-------------+
|   VLAN ID | IP Address      | Ports      | Proxy ARP   |
+===========+=================+============+=============+
|      1000 | 192.168.0.1/21  | Ethernet4  | disabled    |
|           | fc02:1000::1/64 | Ethernet8  |             |
|           |                 | Ethernet12 |             |
+-----------+-----------------+------------+-------------+
|      2000 |                 |            | enabled     |
+-----------+-----------------+------------+-------------+
`},
		{"empty grid", grid.Table{Grid: true, Header: []string{"VLAN ID"}}, `
+-----------+
| VLAN ID   |
+===========+
+-----------+
`},
	} {
		var b strings.Builder
		b.WriteByte('\n')
		if err := c.table.Write(&b); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, b.String()); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
}

func TestJSON(t *testing.T) {
	named := grid.Table{Header: []string{"Name", "Alias"}, Rows: [][]string{{"Ethernet0", "<a>"}, {"Ethernet4", ""}}}
	list := grid.Table{List: true, Header: []string{"VRF", "Interfaces"}, Rows: [][]string{{"Vrf1", "Ethernet0"}, {"", "Ethernet4"}}}
	var b strings.Builder
	if err := named.JSON(&b); err != nil {
		t.Fatal(err)
	}
	if err := list.JSON(&b); err != nil {
		t.Fatal(err)
	}
	want := `{
    "Ethernet0": {
        "Alias": "<a>"
    },
    "Ethernet4": {
        "Alias": ""
    }
}
[
    {
        "Interfaces": "Ethernet0",
        "VRF": "Vrf1"
    },
    {
        "Interfaces": "Ethernet4",
        "VRF": ""
    }
]
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}
