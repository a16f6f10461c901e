package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/db/configjson"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// configQos is `config qos`.
func configQos(sw *Switch) *cobra.Command {
	return group("qos", "QoS-related configuration tasks",
		&cobra.Command{Use: "clear", Short: "Clear QoS configuration", Args: exactly(), RunE: sw.edit(func(c *change, _ []string) error {
			c.clearQos()
			return nil
		})},
		&cobra.Command{Use: "reload", Short: "Reload QoS configuration", Args: exactly(), RunE: sw.edit(func(c *change, _ []string) error { return c.reloadQos() })})
}

// qosTables are what the two commands take for QoS, as SONiC's do.
func qosTables() []*db.Schema {
	return []*db.Schema{
		tables.ConfigPortQos.Schema, tables.ConfigQueue.Schema, tables.ConfigTCToPG.Schema, tables.ConfigPfcToQueue.Schema, tables.ConfigTCToQueue.Schema,
		tables.ConfigDscpToTC.Schema, tables.ConfigMplsToTC.Schema, tables.ConfigScheduler.Schema, tables.ConfigPfcToPG.Schema, tables.ConfigWred.Schema,
		tables.ConfigCable.Schema, tables.ConfigBufferPG.Schema, tables.ConfigBufferQueue.Schema, tables.ConfigBufferIngress.Schema,
		tables.ConfigBufferEgress.Schema, tables.ConfigBufferProfile.Schema, tables.ConfigBufferPool.Schema,
	}
}

func (c *change) clearQos() {
	for _, t := range qosTables() {
		for _, key := range c.keysOf(t) {
			c.write(db.Write{Table: t, Key: key, Delete: true})
		}
	}
}

// reloadQos replaces QoS by what the HwSKU's files qos.json and buffers.json say, or where there are none by the defaults of SONiC's virtual switch.
// SONiC's files are templates; ours are what comes of them.
func (c *change) reloadQos() error {
	c.clearQos()
	for name, defaults := range map[string]func([]string) []db.Write{"buffers.json": defaultBuffers, "qos.json": defaultQos} {
		path := c.Path("usr/share/sonic/hwsku", name)
		text, err := os.ReadFile(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			c.write(defaults(c.keysOf(tables.ConfigPort.Schema))...)
			continue
		case err != nil:
			return fmt.Errorf("QoS of the HwSKU: %w", err)
		}
		rows, err := configjson.Parse(text)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		c.Merge(rows)
	}
	return nil
}

// The sizes of the buffers of SONiC's virtual switch (Force10-S6000, role t0), in bytes.
const (
	losslessPool = 12766208
	lossyPool    = 7326924
	lossyQueue   = 1518
	wredMin      = 1048576
	wredMax      = 2097152
	wredDrop     = 5 // per cent
)

// defaultBuffers is what comes of the virtual switch's buffers.json.j2.
func defaultBuffers(ports []string) []db.Write {
	static, dynamic := uint64(losslessPool), int8(3)
	pool := func(name string, d tables.BufferDirection, m tables.BufferMode, size uint64) db.Write {
		return tables.ConfigBufferPool.Replace(name, tables.BufferPoolRow{Type: d, Mode: m, Size: size})
	}
	profile := func(name, pool string, size uint64, th *int8) db.Write {
		r := tables.BufferProfileRow{Pool: tables.Reference(pool), Size: size, DynamicTh: th}
		if th == nil {
			r.StaticTh = &static
		}
		return tables.ConfigBufferProfile.Replace(name, r)
	}
	writes := []db.Write{
		pool(tables.LosslessPool, tables.BufferIngress, tables.BufferDynamic, losslessPool),
		pool("egress_lossless_pool", tables.BufferEgress, tables.BufferStatic, losslessPool),
		pool("egress_lossy_pool", tables.BufferEgress, tables.BufferDynamic, lossyPool),
		profile("ingress_lossy_profile", tables.LosslessPool, 0, &dynamic), profile("egress_lossless_profile", "egress_lossless_pool", 0, nil),
		profile("egress_lossy_profile", "egress_lossy_pool", lossyQueue, &dynamic),
	}
	var cables tables.CableRow
	use := func(t db.Table[tables.PartsKey, tables.BufferUseRow], port string, first, last uint8, profile tables.Reference) {
		writes = append(writes, t.Replace(tables.PartsKey{Ports: port, Indexes: tables.IndexRange{First: first, Last: last}}, tables.BufferUseRow{Profile: profile}))
	}
	for _, port := range ports {
		cables.Lengths = append(cables.Lengths, tables.CableLength{Port: port, Length: "300m"})
		use(tables.ConfigBufferPG, port, 0, 0, "ingress_lossy_profile")
		use(tables.ConfigBufferQueue, port, 0, 2, "egress_lossy_profile")
		use(tables.ConfigBufferQueue, port, 3, 4, "egress_lossless_profile")
		use(tables.ConfigBufferQueue, port, 5, 6, "egress_lossy_profile")
	}
	return append(writes, tables.ConfigCable.Replace("AZURE", cables))
}

// defaultQos is what comes of SONiC's qos_config.j2: two lossless classes, 3 and 4.
func defaultQos(ports []string) []db.Write {
	const azure, lossless = "AZURE", "AZURE_LOSSLESS"
	var dscps, groups, queues, pfcQueues, pfcGroups []tables.QosPair
	classes := map[uint8]uint8{3: 3, 4: 4, 5: 2, 8: 0, 46: 5, 48: 6}
	for i := range uint8(64) {
		class, special := classes[i]
		if !special {
			class = 1
		}
		dscps = append(dscps, tables.QosPair{From: i, To: class})
	}
	for i := range uint8(8) {
		group := uint8(0)
		if i == 3 || i == 4 || i == 7 {
			group = i
		}
		groups = append(groups, tables.QosPair{From: i, To: group})
		queues = append(queues, tables.QosPair{From: i, To: i})
		pfcQueues = append(pfcQueues, tables.QosPair{From: i, To: i})
		if i == 3 || i == 4 {
			pfcGroups = append(pfcGroups, tables.QosPair{From: i, To: i})
		}
	}
	on, all, low, high, drop := true, tables.EcnAll, uint32(wredMin), uint32(wredMax), uint8(wredDrop)
	dwrr, less, more, both := tables.SchedulerDWRR, uint8(14), uint8(15), tables.Priorities(1<<3|1<<4)
	writes := []db.Write{
		tables.ConfigDscpToTC.Replace(azure, tables.QosMapRow[tables.Dscp, tables.TrafficClass]{Pairs: dscps}),
		tables.ConfigTCToPG.Replace(azure, tables.QosMapRow[tables.TrafficClass, tables.PriorityGroup]{Pairs: groups}),
		tables.ConfigTCToQueue.Replace(azure, tables.QosMapRow[tables.TrafficClass, tables.QueueIndex]{Pairs: queues}),
		tables.ConfigPfcToQueue.Replace(azure, tables.QosMapRow[tables.PfcPriority, tables.QueueIndex]{Pairs: pfcQueues}),
		tables.ConfigPfcToPG.Replace(azure, tables.QosMapRow[tables.PfcPriority, tables.PriorityGroup]{Pairs: pfcGroups}),
		tables.ConfigScheduler.Replace("scheduler.0", tables.SchedulerRow{Type: &dwrr, Weight: &less}),
		tables.ConfigScheduler.Replace("scheduler.1", tables.SchedulerRow{Type: &dwrr, Weight: &more}),
		tables.ConfigWred.Replace(lossless, tables.WredRow{
			ECN: &all, Green: &on, GreenMin: &low, GreenMax: &high, GreenDrop: &drop, Yellow: &on, YellowMin: &low, YellowMax: &high, YellowDrop: &drop,
			Red: &on, RedMin: &low, RedMax: &high, RedDrop: &drop,
		}),
		tables.ConfigPortQos.Replace(tables.PortQosGlobal, tables.PortQosRow{DscpToTC: azure}),
	}
	for _, port := range ports {
		writes = append(writes, tables.ConfigPortQos.Replace(port, tables.PortQosRow{
			DscpToTC: azure, TCToQueue: azure, TCToPG: azure, PfcToQueue: azure, PfcToPG: azure, PfcEnable: &both, PfcWdSw: &both,
		}))
		for i := range uint8(7) {
			row := tables.QueueRow{Scheduler: "scheduler.0"}
			if both.Has(i) {
				row = tables.QueueRow{Scheduler: "scheduler.1", Wred: lossless}
			}
			writes = append(writes, tables.ConfigQueue.Replace(tables.PartsKey{Ports: port, Indexes: tables.IndexRange{First: i, Last: i}}, row))
		}
	}
	return writes
}
