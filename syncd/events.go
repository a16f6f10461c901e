package syncd

import (
	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// notify writes what a notification of the ASIC changed, and has it published with VIDs. One about an object that nobody knows is dropped: it
// is on its way out, or not yet announced.
func (s *Server) notify(n sai.Notification) {
	v, ok := s.virtualNotification(n)
	if !ok {
		s.log.Warn("notification about an unknown object dropped", "op", n.Op())
		return
	}
	if events, isFdb := v.(sai.FdbEvents); isFdb {
		for _, e := range events {
			s.fdbNotice(e)
		}
	}
	data, err := v.AppendData(nil)
	if err != nil {
		s.log.Error("notification without a text dropped", "op", n.Op(), "error", err)
		return
	}
	s.batch.Publish = append(s.batch.Publish, db.Notification{Channel: wire.Notifications, Op: v.Op(), Data: string(data)})
}

// virtualNotification translates a notification. Of several events that come together, those about unknown objects are left out.
func (s *Server) virtualNotification(n sai.Notification) (sai.Notification, bool) {
	v, ok := sai.MapOIDs(n, s.oids.vid)
	if ok {
		return v, true
	}
	switch n := n.(type) {
	case sai.FdbEvents:
		return knownOf(s, n)
	case sai.PortStateChange:
		return knownOf(s, n)
	case sai.QueuePfcDeadlock:
		return knownOf(s, n)
	case sai.BfdSessionStateChange:
		return knownOf(s, n)
	}
	return nil, false
}

func knownOf[L interface {
	~[]E
	sai.Notification
}, E any](s *Server, events L) (sai.Notification, bool) {
	var known L
	for i := range events {
		v, ok := sai.MapOIDs(events[i:i+1], s.oids.vid)
		if one, same := v.(L); ok && same {
			known = append(known, one...)
		}
	}
	return known, len(known) > 0
}
