package sai

import "fmt"

// ParseNotification parses the payload of a notification by its name.
func ParseNotification(op, data string) (Notification, error) {
	parse, ok := notificationParser(op)
	if !ok {
		return nil, fmt.Errorf("unknown notification %q", op)
	}
	n, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("notification %s %.300q: %w", op, data, err)
	}
	return n, nil
}

func notificationParser(op string) (func(string) (Notification, error), bool) {
	switch op {
	case opPortStateChange:
		return notices[PortStateChange](wirePortState.value), true
	case opFdbEvent:
		return notices[FdbEvents](wireFdbNotice.value), true
	case opSwitchState:
		return notice(wireSwitchState.value), true
	case opSwitchShutdown:
		return notice(wireShutdown.value), true
	case opQueuePfcDeadlock:
		return notices[QueuePfcDeadlock](wireDeadlock.value), true
	case opBfdState:
		return notices[BfdSessionStateChange](wireBfdState.value), true
	case opNatEvent:
		return notices[NatEvents](wireNatNotice.value), true
	case opPortHostTxReady:
		return notice(wireHostTxReady.value), true
	case opAsicSdkHealth:
		return notice(wireHealth.value), true
	case opIcmpEchoState:
		return notices[IcmpEchoSessionStateChange](wireIcmpEchoState.value), true
	case opTwampSession:
		return notices[TwampSessionEvents](wireTwampNotice.value), true
	case opTamTelTypeConfig:
		return func(data string) (Notification, error) {
			o, err := ParseOID(data)
			return TamTelTypeConfigChange{o}, err
		}, true
	case opSwitchMacsecPost:
		return notice(wireSwitchMacsec.value), true
	case opMacsecPost:
		return notice(wireMacsec.value), true
	}
	return nil, false
}

// notice parses a payload of wire form W.
func notice[W any](value func(W) (Notification, error)) func(string) (Notification, error) {
	return func(data string) (Notification, error) {
		w, err := parseJSON[W](data)
		if err != nil {
			return nil, err
		}
		return value(w)
	}
}

// notices parses a payload that is a list.
func notices[L ~[]E, W, E any](value func(W) (E, error)) func(string) (Notification, error) {
	return func(data string) (Notification, error) {
		ws, err := parseJSON[[]W](data)
		if err != nil {
			return nil, err
		}
		l := make(L, 0, len(ws))
		for _, w := range ws {
			e, err := value(w)
			if err != nil {
				return nil, err
			}
			l = append(l, e)
		}
		n, _ := any(l).(Notification)
		return n, nil
	}
}

type wirePortState struct {
	Errors symbol[PortErrorStatus] `json:"port_error_status"`
	Port   OID                     `json:"port_id"`
	State  symbol[PortOperStatus]  `json:"port_state"`
}

func (w wirePortState) value() (PortState, error) {
	return PortState{w.Port, w.State.v, w.Errors.v}, nil
}

type wireAttr struct{ ID, Value string }

type wireFdbNotice struct {
	Entry string           `json:"fdb_entry"`
	Event symbol[FdbEvent] `json:"fdb_event"`
	List  []wireAttr       `json:"list"`
}

func (w wireFdbNotice) value() (FdbNotice, error) {
	n := FdbNotice{Event: w.Event.v}
	e, err := ParseEntry(ObjectTypeFdbEntry, w.Entry)
	if err != nil {
		return n, err
	}
	n.Entry, _ = e.(FdbEntry)
	for _, a := range w.List {
		m := ObjectTypeFdbEntry.Meta().AttrByName(a.ID)
		if m == nil {
			return n, fmt.Errorf("unknown attribute %q", a.ID)
		}
		v, err := ParseValue(m, a.Value)
		if err != nil {
			return n, err
		}
		n.Attrs = append(n.Attrs, Attribute{m, v})
	}
	return n, nil
}

type wireSwitchState struct {
	Status symbol[SwitchOperStatus] `json:"status"`
	Switch OID                      `json:"switch_id"`
}

func (w wireSwitchState) value() (Notification, error) {
	return SwitchStateChange{w.Switch, w.Status.v}, nil
}

type wireShutdown struct {
	Switch OID `json:"switch_id"`
}

func (w wireShutdown) value() (Notification, error) { return SwitchShutdownRequest(w), nil }

type wireDeadlock struct {
	Event symbol[QueuePfcDeadlockEventType] `json:"event"`
	Queue OID                               `json:"queue_id"`
}

func (w wireDeadlock) value() (QueueDeadlock, error) { return QueueDeadlock{w.Queue, w.Event.v}, nil }

type wireBfdState struct {
	Session OID                     `json:"bfd_session_id"`
	State   symbol[BfdSessionState] `json:"session_state"`
}

func (w wireBfdState) value() (BfdState, error) { return BfdState{w.Session, w.State.v}, nil }

type wireNatNotice struct {
	Entry string           `json:"nat_entry"`
	Event symbol[NatEvent] `json:"nat_event"`
}

func (w wireNatNotice) value() (NatNotice, error) {
	n := NatNotice{Event: w.Event.v}
	e, err := ParseEntry(ObjectTypeNatEntry, w.Entry)
	if err == nil {
		n.Entry, _ = e.(NatEntry)
	}
	return n, err
}

type wireHostTxReady []struct {
	Status symbol[PortHostTxReadyStatus] `json:"host_tx_ready_status"`
	Port   OID                           `json:"port_id"`
	Switch OID                           `json:"switch_id"`
}

func (w wireHostTxReady) value() (Notification, error) {
	if len(w) != 1 {
		return nil, fmt.Errorf("want one port, not %d", len(w))
	}
	return PortHostTxReady{w[0].Switch, w[0].Port, w[0].Status.v}, nil
}

type wireHealth struct {
	Category    symbol[SwitchAsicSdkHealthCategory] `json:"category"`
	DataType    symbol[HealthDataType]              `json:"data.data_type"`
	Description string                              `json:"description"`
	Severity    symbol[SwitchAsicSdkHealthSeverity] `json:"severity"`
	Switch      OID                                 `json:"switch_id"`
	Time        string                              `json:"timestamp"`
}

func (w wireHealth) value() (Notification, error) {
	n := AsicSdkHealthEvent{Switch: w.Switch, Severity: w.Severity.v, Category: w.Category.v, DataType: w.DataType.v}
	text, _, err := parseList[U8List](w.Description, parseUint[uint8])
	n.Description = string(text)
	if err == nil {
		n.Time, err = parseTimespec(w.Time)
	}
	return n, err
}

type wireIcmpEchoState struct {
	Session OID                          `json:"icmp_echo_session_id"`
	State   symbol[IcmpEchoSessionState] `json:"session_state"`
}

func (w wireIcmpEchoState) value() (IcmpEchoState, error) {
	return IcmpEchoState{w.Session, w.State.v}, nil
}

type wireTwampNotice struct {
	Index uint32 `json:"index,string"`
	List  []struct {
		Value uint64                   `json:"counters,string"`
		Stat  symbol[TwampSessionStat] `json:"counters_ids"`
	} `json:"list"`
	State   symbol[TwampSessionState] `json:"session_state"`
	Session OID                       `json:"twamp_session_id"`
}

func (w wireTwampNotice) value() (TwampNotice, error) {
	n := TwampNotice{Session: w.Session, State: w.State.v, Index: w.Index}
	for _, c := range w.List {
		n.Stats = append(n.Stats, TwampCounter{c.Stat.v, c.Value})
	}
	return n, nil
}

type wireSwitchMacsec struct {
	Switch OID                            `json:"switch_id"`
	Status symbol[SwitchMacsecPostStatus] `json:"switch_macsec_post_status"`
}

func (w wireSwitchMacsec) value() (Notification, error) {
	return SwitchMacsecPost{w.Switch, w.Status.v}, nil
}

type wireMacsec struct {
	Macsec OID                      `json:"macsec_id"`
	Status symbol[MacsecPostStatus] `json:"macsec_post_status"`
}

func (w wireMacsec) value() (Notification, error) { return MacsecPost{w.Macsec, w.Status.v}, nil }

// symbol is an enum that is read from its text.
type symbol[E interface {
	~int32
	Enum
}] struct{ v E }

// UnmarshalText parses the SAI symbol.
func (s *symbol[E]) UnmarshalText(text []byte) (err error) {
	s.v, err = ParseEnum[E](s.v.EnumMeta(), string(text))
	return err
}
