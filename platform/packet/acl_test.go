package packet

import (
	"os/exec"
	"testing"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// TestAccessList: a rule stops what a host sends, and counts it; without effect it lets it pass.
func TestAccessList(t *testing.T) {
	b := newBench(t, 2, 0)
	b.access(10, sai.VlanTaggingModeUntagged, 0, 0, 1)
	for i, ip := range []string{"10.0.0.1/24", "10.0.0.2/24"} {
		b.hosts[i].Addr(t, "eth0", ip)
	}
	reaches(b, 0, "10.0.0.2")
	tt, ct, et := sai.ObjectTypeAclTable, sai.ObjectTypeAclCounter, sai.ObjectTypeAclEntry
	table := b.create(tt, at(tt, sai.AclTableAttrAclStage, sai.AclStageIngress), at(tt, sai.AclTableAttrFieldIPProtocol, true))
	counter := b.create(ct, at(ct, sai.AclCounterAttrTableID, table), at(ct, sai.AclCounterAttrEnablePacketCount, true))
	rule := b.create(et, at(et, sai.AclEntryAttrTableID, table), at(et, sai.AclEntryAttrPriority, uint32(1)), at(et, sai.AclEntryAttrActionCounter, sai.Act(counter)),
		at(et, sai.AclEntryAttrFieldIPProtocol, sai.Match(uint8(1), uint8(0xff))), at(et, sai.AclEntryAttrActionPacketAction, sai.Act(int32(sai.PacketActionDrop))))
	b.set(b.ports[0], sai.PortAttrIngressAcl, table)
	if b.hosts[0].Start(t, exec.Command("ping", "-c", "1", "-W", "1", "10.0.0.2")).Wait() == nil {
		t.Error("a rule drops ICMP, and a ping passes")
	}
	if n := b.get(counter, sai.AclCounterAttrPackets).(uint64); n != 1 {
		t.Errorf("%d frames counted", n)
	}
	b.set(rule, sai.AclEntryAttrActionPacketAction, sai.Act(int32(sai.PacketActionForward)))
	ping(b, 0, "10.0.0.2")
}
