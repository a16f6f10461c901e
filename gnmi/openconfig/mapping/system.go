package mapping

import "github.com/hypersonic-nos/hypersonic/tables"

// system is openconfig-system: names, banners, servers of time, names and logs, and the gNMI server itself.
func system() []Rows {
	return []Rows{
		{
			At: "/system", Table: tables.ConfigDeviceMetadata.Schema, Key: tables.Localhost, Role: Fixed,
			Leaves: []Leaf{{Path: "*/hostname", Field: "hostname"}, {Path: "clock/*/timezone-name", Field: "timezone"}},
		},
		{
			At: "/system", Table: tables.ConfigBanner.Schema, Key: tables.Global, Role: Part, Sets: []string{"state=enabled"},
			Leaves: []Leaf{{Path: "*/login-banner", Field: "login"}, {Path: "*/motd-banner", Field: "motd"}},
		},
		{
			At: "/system/ntp", Table: tables.ConfigNtp.Schema, Key: tables.Global,
			Leaves: []Leaf{
				{Path: "*/enabled", Field: "admin_state", As: enabledTrue},
				{Path: "*/enable-ntp-auth", Field: "authentication", As: enabledTrue},
			},
		},
		{
			At: "/system/ntp/servers/server[address={address}]", Table: tables.ConfigNtpServer.Schema, Key: "{address}",
			Leaves: []Leaf{
				{Path: "*/association-type", Field: "association_type", As: Words("server SERVER pool POOL")},
				{Path: "*/iburst", Field: "iburst", As: onTrue},
				{Path: "*/version", Field: "version"},
			},
		},
		{At: "/system/dns/servers/server[address={address:ip}]", Table: tables.ConfigDnsServer.Schema, Key: "{address}"},
		{
			At: "/system/logging/remote-servers/remote-server[host={host}]", Table: tables.ConfigSyslogServer.Schema, Key: "{host}",
			Leaves: []Leaf{{Path: "*/remote-port", Field: "port"}, {Path: "*/source-address", Field: "source"}},
		},
		{
			At: "/system/grpc-servers/grpc-server[name=gnmi]", Table: tables.ConfigGnmi.Schema, Key: tables.GnmiServer,
			Leaves: []Leaf{{Path: "*/port", Field: "port"}, {Path: "*/enable", Const: "true"}},
		},
	}
}

const enabledTrue = Words("enabled true disabled false")

// sampling is openconfig-sampling-sflow. Collectors are by address and port, and have a name of SONiC's besides, which is the address where a Set makes them.
func sampling() []Rows {
	return []Rows{
		{
			At: "/sampling/sflow", Table: tables.ConfigSflow.Schema, Key: tables.Global,
			Leaves: []Leaf{{Path: "*/enabled", Field: "admin_state", As: upTrue}, {Path: "*/polling-interval", Field: "polling_interval"}},
		},
		{
			At: "/sampling/sflow/collectors/collector[address={address:ip}][port={port:number}]", Table: tables.ConfigSflowCollector.Schema, Key: "{name}",
			Made: "{address}_{port}", Where: []string{"collector_ip={address}", "collector_port={port}"},
		},
		{
			At: "/sampling/sflow/interfaces/interface[name={if:port}]", Table: tables.ConfigSflowSession.Schema, Key: "{if}",
			Leaves: []Leaf{{Path: "*/enabled", Field: "admin_state", As: upTrue}, {Path: "*/ingress-sampling-rate", Field: "sample_rate"}},
		},
	}
}
