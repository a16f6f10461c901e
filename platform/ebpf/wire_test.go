package ebpf

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// tap is a host's end of a wire.
type tap struct {
	*netns.Tap
	t testing.TB
}

func newTap(t testing.TB, n *netns.NS, name string) *tap { return &tap{netns.NewTap(t, n, name), t} }

// expect waits for a frame that contains the mark; others are passed over.
func (p *tap) expect(mark string) []byte {
	p.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if f := p.Next(time.Until(deadline)); bytes.Contains(f, []byte(mark)) {
			return f
		}
	}
	p.t.Fatalf("no frame with %q", mark)
	return nil
}

// silent fails if a frame with the mark has arrived before one with the other mark, which must come.
func (p *tap) silent(mark, until string) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		f := p.Next(time.Until(deadline))
		if bytes.Contains(f, []byte(mark)) {
			p.t.Errorf("a frame with %q arrived", mark)
		}
		if bytes.Contains(f, []byte(until)) {
			return
		}
	}
	p.t.Fatalf("no frame with %q", until)
}

// pending counts the frames with a mark that have arrived already.
func (p *tap) pending(mark string) (n int) {
	p.t.Helper()
	for f := p.Arrived(); f != nil; f = p.Arrived() {
		if bytes.Contains(f, []byte(mark)) {
			n++
		}
	}
	return n
}

// ether is a frame of an experimental protocol. tag is a VLAN tag, 0xffff for none.
func ether(dst, src sai.MAC, tag uint16, mark string) []byte {
	f := slices.Concat(dst[:], src[:])
	if tag != 0xffff {
		f = append(f, 0x81, 0, byte(tag>>8), byte(tag))
	}
	f = append(f, 0x88, 0xb5)
	f = append(f, mark...)
	for len(f) < 60 {
		f = append(f, 0)
	}
	return f
}

const untagged = 0xffff

// tagOf is the tag of a received frame, or untagged.
func tagOf(f []byte) uint16 {
	if f[12] == 0x81 && f[13] == 0 {
		return binary.BigEndian.Uint16(f[14:])
	}
	return untagged
}

func mac(i byte) sai.MAC { return sai.MAC{2, 0, 0, 0, 1, i} }

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }
