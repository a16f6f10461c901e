package virtual

import (
	"context"
	"sync"
	"time"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// agingInterval is how often the FDB is looked through (sonic-contract 3.7).
const agingInterval = time.Second

// outbox holds notifications until Run has delivered them: whoever causes one may be the one who reads them, and must not wait for itself.
type outbox struct {
	to    chan<- sai.Notification
	ready chan struct{} // holds a token while there is something to deliver

	mu    sync.Mutex // the ASIC appends, Run takes
	queue []sai.Notification
}

func newOutbox(to chan<- sai.Notification) outbox {
	return outbox{to: to, ready: make(chan struct{}, 1)}
}

func (b *outbox) put(n sai.Notification) {
	if b.to == nil {
		return
	}
	b.mu.Lock()
	b.queue = append(b.queue, n)
	b.mu.Unlock()
	select {
	case b.ready <- struct{}{}:
	default:
	}
}

func (b *outbox) take() []sai.Notification {
	b.mu.Lock()
	defer b.mu.Unlock()
	queue := b.queue
	b.queue = nil
	return queue
}

// Run delivers notifications and ages FDB entries, until ctx ends or the data plane fails.
func (a *ASIC) Run(ctx context.Context) error {
	tick := a.cfg.Clock.After(agingInterval)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-a.broken:
			return err
		case <-tick:
			if a.cfg.Plane == nil {
				a.age()
			}
			tick = a.cfg.Clock.After(agingInterval)
		case <-a.out.ready:
			for _, n := range a.out.take() {
				select {
				case a.cfg.Notify <- n:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
	}
}

// subscribed tells whether a callback is set on the switch. Without one nothing is told.
func (a *ASIC) subscribed(callback uint16) bool {
	return value[sai.Pointer](a.sw, callback) != 0
}

func (a *ASIC) notifyPort(port sai.OID, status sai.PortOperStatus) {
	if a.subscribed(sai.SwitchAttrPortStateChangeNotify) {
		a.out.put(sai.PortStateChange{{Port: port, State: status}})
	}
}

// notifyFdb tells of an entry; a flush's has no MAC address.
func (a *ASIC) notifyFdb(event sai.FdbEvent, e sai.FdbEntry, kind sai.FdbEntryType, bridgePort sai.OID) {
	if !a.subscribed(sai.SwitchAttrFdbEventNotify) {
		return
	}
	m := sai.ObjectTypeFdbEntry.Meta()
	a.out.put(sai.FdbEvents{{Event: event, Entry: e, Attrs: []sai.Attribute{
		{Meta: m.Attr(sai.FdbEntryAttrType), Value: kind},
		{Meta: m.Attr(sai.FdbEntryAttrBridgePortID), Value: bridgePort},
	}}})
}
