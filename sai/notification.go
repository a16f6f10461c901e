package sai

// Notification is something an ASIC reports by itself. Implementations of API put them on the channel that they are built with; syncd
// publishes them, with VIDs in place of RIDs (sonic-contract 2.8).
type Notification interface {
	// Op names it on the wire.
	Op() string
	// AppendData appends the JSON payload.
	AppendData(dst []byte) ([]byte, error)
}

// The notifications. Slices are events that come together.
type (
	PortStateChange   []PortState
	FdbEvents         []FdbNotice
	SwitchStateChange struct {
		Switch OID
		Status SwitchOperStatus
	}
	SwitchShutdownRequest struct{ Switch OID }
	QueuePfcDeadlock      []QueueDeadlock
	BfdSessionStateChange []BfdState
	NatEvents             []NatNotice
	PortHostTxReady       struct {
		Switch, Port OID
		Status       PortHostTxReadyStatus
	}
	AsicSdkHealthEvent struct {
		Switch      OID
		Severity    SwitchAsicSdkHealthSeverity
		Time        Timespec
		Category    SwitchAsicSdkHealthCategory
		DataType    HealthDataType
		Description string
	}
	IcmpEchoSessionStateChange []IcmpEchoState
	TwampSessionEvents         []TwampNotice
	TamTelTypeConfigChange     struct{ TamTelType OID }
	SwitchMacsecPost           struct {
		Switch OID
		Status SwitchMacsecPostStatus
	}
	MacsecPost struct {
		Macsec OID
		Status MacsecPostStatus
	}
)

// PortState is a port's new state.
type PortState struct {
	Port   OID
	State  PortOperStatus
	Errors PortErrorStatus // a set of bits
}

// FdbNotice is an address learned, aged, moved or flushed. A flush of all has MAC zero; BV zero is every VLAN.
type FdbNotice struct {
	Event FdbEvent
	Entry FdbEntry
	Attrs []Attribute
}

// QueueDeadlock is a queue that PFC has stopped, or that is free again.
type QueueDeadlock struct {
	Queue OID
	Event QueuePfcDeadlockEventType
}

// BfdState is a session's new state.
type BfdState struct {
	Session OID
	State   BfdSessionState
}

// NatNotice is a NAT entry that aged.
type NatNotice struct {
	Event NatEvent
	Entry NatEntry
}

// IcmpEchoState is a session's new state.
type IcmpEchoState struct {
	Session OID
	State   IcmpEchoSessionState
}

// TwampNotice is a session's result.
type TwampNotice struct {
	Session OID
	State   TwampSessionState
	Index   uint32
	Stats   []TwampCounter
}

// TwampCounter is a counter of a session.
type TwampCounter struct {
	Stat  TwampSessionStat
	Value uint64
}

// The names on the wire.
const (
	opPortStateChange  = "port_state_change"
	opFdbEvent         = "fdb_event"
	opSwitchState      = "switch_state_change"
	opSwitchShutdown   = "switch_shutdown_request"
	opQueuePfcDeadlock = "queue_pfc_deadlock"
	opBfdState         = "bfd_session_state_change"
	opNatEvent         = "nat_event"
	opPortHostTxReady  = "port_host_tx_ready"
	opAsicSdkHealth    = "switch_asic_sdk_health_event"
	opIcmpEchoState    = "icmp_echo_session_state_change"
	opTwampSession     = "twamp_session_event"
	opTamTelTypeConfig = "tam_tel_type_config_change"
	opSwitchMacsecPost = "switch_macsec_post_status"
	opMacsecPost       = "macsec_post_status"
)

func (PortStateChange) Op() string            { return opPortStateChange }
func (FdbEvents) Op() string                  { return opFdbEvent }
func (SwitchStateChange) Op() string          { return opSwitchState }
func (SwitchShutdownRequest) Op() string      { return opSwitchShutdown }
func (QueuePfcDeadlock) Op() string           { return opQueuePfcDeadlock }
func (BfdSessionStateChange) Op() string      { return opBfdState }
func (NatEvents) Op() string                  { return opNatEvent }
func (PortHostTxReady) Op() string            { return opPortHostTxReady }
func (AsicSdkHealthEvent) Op() string         { return opAsicSdkHealth }
func (IcmpEchoSessionStateChange) Op() string { return opIcmpEchoState }
func (TwampSessionEvents) Op() string         { return opTwampSession }
func (TamTelTypeConfigChange) Op() string     { return opTamTelTypeConfig }
func (SwitchMacsecPost) Op() string           { return opSwitchMacsecPost }
func (MacsecPost) Op() string                 { return opMacsecPost }

// MapOIDs gives a copy of n with every OID replaced, for the translation between VIDs and RIDs. Null stays null. It is false if m does
// not know one of them; then the notification cannot be passed on.
func MapOIDs(n Notification, m func(OID) (OID, bool)) (Notification, bool) {
	t := translator{m: m, ok: true}
	switch n := n.(type) {
	case PortStateChange:
		return mapEach(&t, n, func(e *PortState) { t.oid(&e.Port) })
	case FdbEvents:
		return mapEach(&t, n, func(e *FdbNotice) {
			t.oid(&e.Entry.Switch)
			t.oid(&e.Entry.BV)
			e.Attrs = t.attrs(e.Attrs)
		})
	case SwitchStateChange:
		t.oid(&n.Switch)
		return n, t.ok
	case SwitchShutdownRequest:
		t.oid(&n.Switch)
		return n, t.ok
	case QueuePfcDeadlock:
		return mapEach(&t, n, func(e *QueueDeadlock) { t.oid(&e.Queue) })
	case BfdSessionStateChange:
		return mapEach(&t, n, func(e *BfdState) { t.oid(&e.Session) })
	case NatEvents:
		return mapEach(&t, n, func(e *NatNotice) {
			t.oid(&e.Entry.Switch)
			t.oid(&e.Entry.VirtualRouter)
		})
	case PortHostTxReady:
		t.oid(&n.Switch)
		t.oid(&n.Port)
		return n, t.ok
	case AsicSdkHealthEvent:
		t.oid(&n.Switch)
		return n, t.ok
	case IcmpEchoSessionStateChange:
		return mapEach(&t, n, func(e *IcmpEchoState) { t.oid(&e.Session) })
	case TwampSessionEvents:
		return mapEach(&t, n, func(e *TwampNotice) { t.oid(&e.Session) })
	case TamTelTypeConfigChange:
		t.oid(&n.TamTelType)
		return n, t.ok
	case SwitchMacsecPost:
		t.oid(&n.Switch)
		return n, t.ok
	case MacsecPost:
		t.oid(&n.Macsec)
		return n, t.ok
	}
	return n, false
}
