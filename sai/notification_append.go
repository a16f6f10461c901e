package sai

import "encoding/json"

func appendArray[T any](dst []byte, l []T, app appender[T]) ([]byte, error) {
	dst = append(dst, '[')
	for i, v := range l {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = app(dst, v); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

// appendSymbol appends before, the text of an enum, and a quote.
func appendSymbol(dst []byte, before string, m *EnumMeta, n int32) []byte {
	return append(m.Append(append(dst, before...), n), '"')
}

// AppendData appends the payload.
func (n PortStateChange) AppendData(dst []byte) ([]byte, error) {
	return appendArray(dst, n, func(dst []byte, e PortState) ([]byte, error) {
		dst = appendSymbol(dst, `{"port_error_status":"`, &metaPortErrorStatus, int32(e.Errors))
		dst = e.Port.append(append(dst, `,"port_id":"`...))
		return append(appendSymbol(dst, `","port_state":"`, &metaPortOperStatus, int32(e.State)), '}'), nil
	})
}

// AppendData appends the payload.
func (n FdbEvents) AppendData(dst []byte) ([]byte, error) {
	return appendArray(dst, n, func(dst []byte, e FdbNotice) ([]byte, error) {
		dst = appendQuotedJSON(append(dst, `{"fdb_entry":`...), e.Entry)
		dst = appendSymbol(dst, `,"fdb_event":"`, &metaFdbEvent, int32(e.Event))
		dst, err := appendArray(append(dst, `,"list":`...), e.Attrs, appendNoticeAttr)
		return append(dst, '}'), err
	})
}

// appendQuotedJSON appends an entry's JSON as a JSON string; quotes are all there is to escape.
func appendQuotedJSON(dst []byte, e Entry) []byte {
	dst = append(dst, '"')
	for _, c := range e.AppendJSON(nil) {
		if c == '"' {
			dst = append(dst, '\\')
		}
		dst = append(dst, c)
	}
	return append(dst, '"')
}

func appendNoticeAttr(dst []byte, a Attribute) ([]byte, error) {
	dst = append(append(append(dst, `{"id":"`...), a.Meta.Name...), `","value":`...)
	text, err := AppendValue(nil, a.Meta, a.Value)
	if err != nil {
		return dst, err
	}
	quoted, err := json.Marshal(string(text))
	return append(append(dst, quoted...), '}'), err
}

// AppendData appends the payload.
func (n SwitchStateChange) AppendData(dst []byte) ([]byte, error) {
	dst = appendSymbol(dst, `{"status":"`, &metaSwitchOperStatus, int32(n.Status))
	return append(n.Switch.append(append(dst, `,"switch_id":"`...)), `"}`...), nil
}

// AppendData appends the payload.
func (n SwitchShutdownRequest) AppendData(dst []byte) ([]byte, error) {
	return append(n.Switch.append(append(dst, `{"switch_id":"`...)), `"}`...), nil
}

// AppendData appends the payload.
func (n QueuePfcDeadlock) AppendData(dst []byte) ([]byte, error) {
	return appendArray(dst, n, func(dst []byte, e QueueDeadlock) ([]byte, error) {
		dst = appendSymbol(dst, `{"event":"`, &metaQueuePfcDeadlockEventType, int32(e.Event))
		return append(e.Queue.append(append(dst, `,"queue_id":"`...)), `"}`...), nil
	})
}

// AppendData appends the payload.
func (n BfdSessionStateChange) AppendData(dst []byte) ([]byte, error) {
	return appendArray(dst, n, func(dst []byte, e BfdState) ([]byte, error) {
		dst = e.Session.append(append(dst, `{"bfd_session_id":"`...))
		return append(appendSymbol(dst, `","session_state":"`, &metaBfdSessionState, int32(e.State)), '}'), nil
	})
}

// AppendData appends the payload.
func (n NatEvents) AppendData(dst []byte) ([]byte, error) {
	return appendArray(dst, n, func(dst []byte, e NatNotice) ([]byte, error) {
		dst = appendQuotedJSON(append(dst, `{"nat_entry":`...), e.Entry)
		return append(appendSymbol(dst, `,"nat_event":"`, &metaNatEvent, int32(e.Event)), '}'), nil
	})
}

// AppendData appends the payload, a list of one.
func (n PortHostTxReady) AppendData(dst []byte) ([]byte, error) {
	dst = appendSymbol(dst, `[{"host_tx_ready_status":"`, &metaPortHostTxReadyStatus, int32(n.Status))
	dst = n.Port.append(append(dst, `,"port_id":"`...))
	return append(n.Switch.append(append(dst, `","switch_id":"`...)), `"}]`...), nil
}

// AppendData appends the payload; the time is JSON inside a string, the description the list of its bytes.
func (n AsicSdkHealthEvent) AppendData(dst []byte) ([]byte, error) {
	dst = appendSymbol(dst, `{"category":"`, &metaSwitchAsicSdkHealthCategory, int32(n.Category))
	dst = appendSymbol(dst, `,"data.data_type":"`, &metaHealthDataType, int32(n.DataType))
	dst, err := appendList(append(dst, `,"description":"`...), []byte(n.Description), appendUint[uint8])
	if err != nil {
		return dst, err
	}
	dst = appendSymbol(dst, `","severity":"`, &metaSwitchAsicSdkHealthSeverity, int32(n.Severity))
	dst = n.Switch.append(append(dst, `,"switch_id":"`...))
	dst = appendNum(dst, `","timestamp":"{\"tv_nsec\":\"`, n.Time.Nanoseconds)
	return append(appendNum(dst, `\",\"tv_sec\":\"`, n.Time.Seconds), `\"}"}`...), nil
}

// AppendData appends the payload.
func (n IcmpEchoSessionStateChange) AppendData(dst []byte) ([]byte, error) {
	return appendArray(dst, n, func(dst []byte, e IcmpEchoState) ([]byte, error) {
		dst = e.Session.append(append(dst, `{"icmp_echo_session_id":"`...))
		return append(appendSymbol(dst, `","session_state":"`, &metaIcmpEchoSessionState, int32(e.State)), '}'), nil
	})
}

// AppendData appends the payload.
func (n TwampSessionEvents) AppendData(dst []byte) ([]byte, error) {
	return appendArray(dst, n, func(dst []byte, e TwampNotice) ([]byte, error) {
		dst = appendNum(dst, `{"index":"`, e.Index)
		dst, err := appendArray(append(dst, `","list":`...), e.Stats, func(dst []byte, c TwampCounter) ([]byte, error) {
			dst = appendNum(dst, `{"counters":"`, c.Value)
			return append(appendSymbol(dst, `","counters_ids":"`, &metaTwampSessionStat, int32(c.Stat)), '}'), nil
		})
		dst = appendSymbol(dst, `,"session_state":"`, &metaTwampSessionState, int32(e.State))
		return append(e.Session.append(append(dst, `,"twamp_session_id":"`...)), `"}`...), err
	})
}

// AppendData appends the payload, a bare OID.
func (n TamTelTypeConfigChange) AppendData(dst []byte) ([]byte, error) {
	return n.TamTelType.append(dst), nil
}

// AppendData appends the payload.
func (n SwitchMacsecPost) AppendData(dst []byte) ([]byte, error) {
	dst = n.Switch.append(append(dst, `{"switch_id":"`...))
	return append(appendSymbol(dst, `","switch_macsec_post_status":"`, &metaSwitchMacsecPostStatus, int32(n.Status)), '}'), nil
}

// AppendData appends the payload.
func (n MacsecPost) AppendData(dst []byte) ([]byte, error) {
	dst = n.Macsec.append(append(dst, `{"macsec_id":"`...))
	return append(appendSymbol(dst, `","macsec_post_status":"`, &metaMacsecPostStatus, int32(n.Status)), '}'), nil
}
