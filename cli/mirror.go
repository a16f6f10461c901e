package cli

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/cli/grid"
	"github.com/hypersonic-nos/hypersonic/cli/natural"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// showMirrorSession is `show mirror_session`.
func showMirrorSession(sw *Switch) *cobra.Command {
	return &cobra.Command{Use: "mirror_session [session]", Short: "Show existing everflow sessions", Args: between(0, "session"), RunE: sw.look(mirrorSessions)}
}

// mirrorSessions tells of sessions what is configured, and how they are: `error` is one that the switch knows nothing of.
func mirrorSessions(v *view, args []string) error {
	list, err := read(v, tables.ConfigMirrorSession)
	if err != nil {
		return err
	}
	states, err := read(v, tables.StateMirrorSession)
	if err != nil {
		return err
	}
	known := map[string]tables.MirrorStateRow{}
	for _, s := range states {
		known[s.Key] = s.Row
	}
	slices.SortFunc(list, func(a, b entry[string, tables.MirrorSessionRow]) int { return natural.Compare(a.Key, b.Key) })
	erspan := grid.Table{Header: []string{"Name", "Status", "SRC IP", "DST IP", "GRE", "DSCP", "TTL", "Queue", "Policer", "Monitor Port", "SRC Port", "Direction", "Sample Rate",
		"Truncate Size"}}
	span := grid.Table{Header: []string{"Name", "Status", "DST Port", "SRC Port", "Direction", "Queue", "Policer"}}
	for _, e := range list {
		if len(args) > 0 && args[0] != e.Key {
			continue
		}
		state, told := known[e.Key]
		f := fieldsOf(tables.ConfigMirrorSession, e.Key, e.Row)
		status := "error"
		if told {
			text, _ := state.Status.MarshalText() // never fails
			status = string(text)
		}
		if e.Row.Type == tables.MirrorSpan {
			span.Rows = append(span.Rows, []string{e.Key, status, f["dst_port"], f["src_port"], strings.ToLower(f["direction"]), f["queue"], f["policer"]})
			continue
		}
		erspan.Rows = append(erspan.Rows, []string{e.Key, status, f["src_ip"], f["dst_ip"], f["gre_type"], f["dscp"], f["ttl"], f["queue"], f["policer"], state.MonitorPort,
			f["src_port"], strings.ToLower(f["direction"]), f["sample_rate"], f["truncate_size"]})
	}
	if v.json {
		return grid.JSON(v.out, map[string]any{"ERSPAN Sessions": erspan.Objects(), "SPAN Sessions": span.Objects()})
	}
	return errors.Join(v.line("ERSPAN Sessions"), v.print(&erspan), v.line("\nSPAN Sessions"), v.print(&span))
}

// configMirrorSession is `config mirror_session`.
func configMirrorSession(sw *Switch) *cobra.Command {
	remove := &cobra.Command{Use: "remove <session>", Short: "Delete mirror session", Args: exactly("session"), RunE: sw.edit(func(c *change, args []string) error {
		c.write(tables.ConfigMirrorSession.Del(args[0]))
		return nil
	})}
	return group("mirror_session", "Mirror session related configuration", erspanAdd(sw, "Add ERSPAN mirror session.(Legacy support)", 5),
		group("erspan", "ERSPAN mirror_session", erspanAdd(sw, "Add ERSPAN mirror session", 9)), group("span", "SPAN mirror session", spanAdd(sw)), remove)
}

// erspanAdd is `add` of an ERSPAN session. The old form of it knows no ports.
func erspanAdd(sw *Switch, short string, most int) *cobra.Command {
	names := []string{"session_name", "src_ip", "dst_ip", "dscp", "ttl", "gre_type", "queue", "src_port", "direction"}
	use := "add <session_name> <src_ip> <dst_ip> <dscp> <ttl> [gre_type] [queue] [src_port] [direction]"
	if most == 5 {
		names, use = names[:7], strings.TrimSuffix(use, " [src_port] [direction]")
	}
	var policer, rate, size string
	cmd := &cobra.Command{Use: use, Short: short, Args: between(5, names...), RunE: sw.edit(func(c *change, args []string) error {
		fields := []db.Field{{Name: "type", Value: "ERSPAN"}}
		for i, name := range names[1:7] {
			fields = append(fields, db.Field{Name: name, Value: arg(args, i+1)})
		}
		return c.addMirror(args[0], arg(args, 7), arg(args, 8), append(fields, db.Field{Name: "policer", Value: policer}, db.Field{Name: "sample_rate", Value: rate},
			db.Field{Name: "truncate_size", Value: size}))
	})}
	cmd.Flags().StringVar(&policer, "policer", "", "policer of the copies")
	if most > 5 {
		cmd.Flags().StringVar(&rate, "sample_rate", "", "one in so many frames")
		cmd.Flags().StringVar(&size, "truncate_size", "", "bytes of a sample")
	}
	return cmd
}

func spanAdd(sw *Switch) *cobra.Command {
	var policer string
	cmd := &cobra.Command{
		Use: "add <session_name> <dst_port> [src_port] [direction] [queue]", Short: "Add SPAN mirror session",
		Args: between(2, "session_name", "dst_port", "src_port", "direction", "queue"),
		RunE: sw.edit(func(c *change, args []string) error {
			if err := c.mirrorTarget(args[1]); err != nil {
				return err
			}
			return c.addMirror(args[0], arg(args, 2), arg(args, 3), []db.Field{{Name: "type", Value: "SPAN"}, {Name: "dst_port", Value: args[1]},
				{Name: "queue", Value: arg(args, 4)}, {Name: "policer", Value: policer}})
		}),
	}
	cmd.Flags().StringVar(&policer, "policer", "", "policer of the copies")
	return cmd
}

// mirrorTarget says why copies cannot leave by a port.
func (c *change) mirrorTarget(port string) error {
	switch {
	case has(c.candidate, tables.ConfigLag, port):
		return fail("Destination Interface %s is not supported", port)
	case !has(c.candidate, tables.ConfigPort, port):
		return fail("Destination Interface %s is invalid", port)
	case len(c.vlansOf(port)) > 0:
		return fail("Destination Interface %s has vlan config", port)
	case c.candidate.lagOf(port) != "":
		return fail("Destination Interface %s has portchannel config", port)
	case c.routed(port):
		return fail("Destination Interface %s is a L3 interface", port)
	}
	return nil
}

// addMirror adds a session of fields, of which those that are empty are not given, with the frames of ports.
func (c *change) addMirror(name, ports, direction string, fields []db.Field) error {
	if has(c.candidate, tables.ConfigMirrorSession, name) {
		return fail("%s already exists", name)
	}
	if ports != "" {
		if direction == "" {
			direction = "both"
		}
		if new(tables.MirrorDirection).UnmarshalText([]byte(direction)) != nil {
			return fail("Direction %s is invalid", direction)
		}
		fields = append(fields, db.Field{Name: "src_port", Value: ports}, db.Field{Name: "direction", Value: strings.ToUpper(direction)})
	}
	fields = slices.DeleteFunc(fields, func(f db.Field) bool { return f.Value == "" })
	_, r, err := tables.ConfigMirrorSession.Decode(name, fields)
	if err != nil {
		return fail("%v", err)
	}
	for _, port := range r.SrcPorts {
		switch {
		case !has(c.candidate, tables.ConfigPort, port) && !has(c.candidate, tables.ConfigLag, port):
			return fail("Source Interface %s is invalid", port)
		case port == r.DstPort:
			return fail("Destination Interface cant be same as Source Interface")
		case c.mirrored(port, *r.Direction):
			return fail("Source Interface %s already has mirror config in same direction", port)
		}
	}
	for _, e := range rowsOf(c.candidate, tables.ConfigMirrorSession) {
		if r.DstPort != "" && slices.Contains(e.Row.SrcPorts, r.DstPort) {
			return fail("Destination Interface %s has mirror config", r.DstPort)
		}
	}
	c.write(tables.ConfigMirrorSession.Replace(name, r))
	return nil
}

// mirrored tells whether frames of a port are copied already, in one of the directions.
func (c *change) mirrored(port string, d tables.MirrorDirection) bool {
	for _, e := range rowsOf(c.candidate, tables.ConfigMirrorSession) {
		if o := e.Row.Direction; o != nil && slices.Contains(e.Row.SrcPorts, port) && (o.In && d.In || o.Out && d.Out) {
			return true
		}
	}
	return false
}
