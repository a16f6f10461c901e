package model

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// TestHashFields: each field makes a difference where it is named, and none where it is not. IP's count for nothing where there is no packet.
func TestHashFields(t *testing.T) {
	packet := make([]byte, 60)
	binary.BigEndian.PutUint16(packet[12:], typeIPv4)
	copy(packet[14:], []byte{0x45, 0, 0, 46, 0, 0, 0, 0, 64, protoUDP, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0x10, 0x20, 0x30, 0x40})
	other := slices.Clone(packet)
	other[12] = 0x12
	changes := map[sai.NativeHashField]func(p *pass){
		sai.NativeHashFieldSrcIP: func(p *pass) { p.f.Data[29]++ }, sai.NativeHashFieldDstIP: func(p *pass) { p.f.Data[33]++ },
		sai.NativeHashFieldIPProtocol: func(p *pass) { p.f.Data[23] = protoTCP }, sai.NativeHashFieldL4SrcPort: func(p *pass) { p.f.Data[35]++ },
		sai.NativeHashFieldL4DstPort: func(p *pass) { p.f.Data[37]++ }, sai.NativeHashFieldSrcMAC: func(p *pass) { p.f.Data[11]++ },
		sai.NativeHashFieldDstMAC: func(p *pass) { p.f.Data[5]++ }, sai.NativeHashFieldVlanID: func(p *pass) { p.vid++ },
		sai.NativeHashFieldInPort:    func(p *pass) { p.in = &object{Object: sai.Object{OID: 8}} },
		sai.NativeHashFieldEthertype: func(p *pass) { p.f.Data[13]++ },
	}
	for _, frame := range [][]byte{packet, other} {
		for field, change := range changes {
			was := pass{f: Frame{Data: frame}, vid: 10, in: &object{Object: sai.Object{OID: 7}}}
			now := was
			now.f.Data = slices.Clone(frame)
			change(&now)
			ofIP := slices.Contains(virtual.FlowFields(), field)
			alone, rest := []sai.NativeHashField{field}, []sai.NativeHashField{}
			for f := range changes {
				if f != field {
					rest = append(rest, f)
				}
			}
			if frame[12] == 0x12 && ofIP {
				alone = append(alone, sai.NativeHashFieldVlanID)
			}
			spreads := frame[12] != 0x12 || !ofIP
			if field == sai.NativeHashFieldEthertype && spreads && frame[12] != 0x12 {
				continue // it is no packet any more
			}
			if got := was.flow(alone, 1, 2) != now.flow(alone, 1, 2); got != spreads {
				t.Errorf("%v: makes a difference: %v, want %v", field, got, spreads)
			}
			if was.flow(rest, 1, 2) != now.flow(rest, 1, 2) {
				t.Errorf("%v makes a difference and is not named", field)
			}
		}
	}
	was := pass{f: Frame{Data: other}}
	now := pass{f: Frame{Data: slices.Clone(other)}}
	now.f.Data[11]++
	if was.flow(virtual.FlowFields(), 0, 0) == now.flow(virtual.FlowFields(), 0, 0) {
		t.Error("frames without the fields are all alike")
	}
}
