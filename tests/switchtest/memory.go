package switchtest

import (
	"bytes"
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"testing"

	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/boot"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/daemon"
	"github.com/hypersonic-nos/hypersonic/cmd/hypersonic/rehearsal"
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// Memory is a switch in this process.
type Memory struct {
	*rehearsal.Switch
}

// MemoryOptions change a Memory.
type MemoryOptions struct {
	// Wrap puts something between a daemon and the databases.
	Wrap func(daemon string, k db.Keyspace) db.Keyspace
	// ASIC changes the virtual ASIC's configuration, API puts something between it and syncd.
	ASIC func(*virtual.Config)
	API  func(*virtual.ASIC) sai.API
	// NoConfig leaves CONFIG_DB empty: the test fills it.
	NoConfig bool
}

// NewMemory starts a switch with SONiC's default SKU, which ends with the test. A daemon that ends by itself fails the test.
func NewMemory(t testing.TB, o MemoryOptions) *Memory {
	t.Helper()
	log := &lockedBuffer{}
	env := daemon.Env{Root: t.TempDir(), Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelInfo}))}
	m := &Memory{rehearsal.New(rehearsal.Options{
		Env: env, SKU: hwsku.Default(), MAC: switchMAC, Wrap: o.Wrap, ASIC: o.ASIC, API: o.API,
		Ended: func(name string, err error) { t.Errorf("%s ended by itself: %v", name, err) },
	})}
	if !o.NoConfig {
		if err := boot.ConfigDB(context.Background(), env, m.Switch.Keyspace(), hwsku.Default(), switchMAC); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		m.Close()
		if t.Failed() {
			t.Logf("log:\n%s", log)
		}
	})
	m.Start()
	return m
}

// Front implements Switch.
func (m *Memory) Front(name string, up bool) error {
	m.Kernel.Front(name, up)
	return nil
}

// Carriers implements Switch.
func (m *Memory) Carriers(name string) (uint32, error) { return m.Kernel.Carriers(name) }

// Neighbor implements Switch.
func (m *Memory) Neighbor(link string, ip netip.Addr, mac *tables.MAC) error {
	m.Kernel.Neighbor(link, ip, (*linux.MAC)(mac))
	return nil
}

// Mark implements Switch.
func (m *Memory) Mark() error {
	m.Tap.Reset()
	return nil
}

// Operations implements Switch.
func (m *Memory) Operations() (texts []string, err error) {
	for _, o := range m.Tap.Operations() {
		texts = append(texts, o.String())
	}
	return texts, nil
}

// lockedBuffer is written by all daemons.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
