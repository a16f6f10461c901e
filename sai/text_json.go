package sai

import (
	"encoding/json"
	"errors"
	"strconv"
)

// SONiC writes some types as JSON, keys in alphabetical order, without spaces, numbers now bare and now as strings.

// objects is the codec of {"count":N,"list":[..]}.
func objects[L ~[]T, T any](app appender[T], parse parser[T]) codec {
	return codec{
		list: jsonList,
		is:   isOrNil[L],
		append: func(dst []byte, _ *AttrMeta, v any) ([]byte, error) {
			l, ok := v.(L)
			if !ok && v != nil {
				return dst, mismatch(l, v)
			}
			return appendObjectList(dst, l, app)
		},
		parse: func(_ *AttrMeta, text string) (any, error) {
			l, n, err := parseObjectList[L](text, parse)
			return listOrCount(l, n, err)
		},
	}
}

func appendObjectList[T any](dst []byte, l []T, app appender[T]) ([]byte, error) {
	dst = strconv.AppendInt(append(dst, `{"count":`...), int64(len(l)), 10)
	if len(l) == 0 {
		return append(dst, `,"list":null}`...), nil
	}
	dst = append(dst, `,"list":[`...)
	for i, v := range l {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = app(dst, v); err != nil {
			return dst, err
		}
	}
	return append(dst, "]}"...), nil
}

func parseObjectList[L ~[]T, T any](text string, parse parser[T]) (L, *Count, error) {
	w, err := parseJSON[struct {
		Count uint32            `json:"count"`
		List  []json.RawMessage `json:"list"`
	}](text)
	if err != nil {
		return nil, nil, err
	}
	if len(w.List) == 0 && w.Count > 0 {
		c := Count(w.Count)
		return nil, &c, nil
	}
	if len(w.List) != int(w.Count) {
		return nil, nil, errors.New("count is not the number of items")
	}
	var l L
	for _, raw := range w.List {
		v, err := parse(string(raw))
		if err != nil {
			return nil, nil, err
		}
		l = append(l, v)
	}
	return l, nil, nil
}

func parseJSON[T any](text string) (T, error) {
	var v T
	err := json.Unmarshal([]byte(text), &v)
	return v, err
}

// appendNum appends `"name":number` behind what opens or separates.
func appendNum[T unsigned | signed](dst []byte, before string, v T) []byte {
	if v < 0 {
		return strconv.AppendInt(append(dst, before...), int64(v), 10)
	}
	return strconv.AppendUint(append(dst, before...), uint64(v), 10)
}

func appendMapPair(dst []byte, v MapPair) ([]byte, error) {
	dst = appendNum(dst, `{"key":`, v.Key)
	return append(appendNum(dst, `,"value":`, v.Value), '}'), nil
}

func parseMapPair(text string) (MapPair, error) {
	w, err := parseJSON[struct {
		Key   uint32 `json:"key"`
		Value int32  `json:"value"`
	}](text)
	return MapPair(w), err
}

func appendQosParams(dst []byte, v QosMapParams) []byte {
	dst = append(metaPacketColor.Append(append(dst, `{"color":"`...), int32(v.Color)), '"')
	dst = appendNum(dst, `,"dot1p":`, v.Dot1p)
	dst = appendNum(dst, `,"dscp":`, v.Dscp)
	dst = appendNum(dst, `,"fc":`, v.FC)
	dst = appendNum(dst, `,"mpls_exp":`, v.MplsExp)
	dst = appendNum(dst, `,"pg":`, v.PG)
	dst = appendNum(dst, `,"prio":`, v.Prio)
	dst = appendNum(dst, `,"qidx":`, v.QueueIndex)
	return append(appendNum(dst, `,"tc":`, v.TC), '}')
}

type wireQosParams struct {
	Color      string `json:"color"`
	Dot1p      uint8  `json:"dot1p"`
	Dscp       uint8  `json:"dscp"`
	FC         uint8  `json:"fc"`
	MplsExp    uint8  `json:"mpls_exp"`
	PG         uint8  `json:"pg"`
	Prio       uint8  `json:"prio"`
	QueueIndex uint8  `json:"qidx"`
	TC         uint8  `json:"tc"`
}

func (w wireQosParams) value() (QosMapParams, error) {
	color, err := ParseEnum[PacketColor](&metaPacketColor, w.Color)
	return QosMapParams{TC: w.TC, Dscp: w.Dscp, Dot1p: w.Dot1p, Prio: w.Prio, PG: w.PG, QueueIndex: w.QueueIndex, Color: color,
		MplsExp: w.MplsExp, FC: w.FC}, err
}

func appendQosMapPair(dst []byte, v QosMapPair) ([]byte, error) {
	dst = appendQosParams(append(dst, `{"key":`...), v.Key)
	return append(appendQosParams(append(dst, `,"value":`...), v.Value), '}'), nil
}

func parseQosMapPair(text string) (v QosMapPair, err error) {
	w, err := parseJSON[struct{ Key, Value wireQosParams }](text)
	if err == nil {
		v.Key, err = w.Key.value()
	}
	if err == nil {
		v.Value, err = w.Value.value()
	}
	return v, err
}

func appendAclResource(dst []byte, v AclResource) ([]byte, error) {
	dst = appendNum(dst, `{"avail_num":"`, v.Available)
	dst = metaAclBindPointType.Append(append(dst, `","bind_point":"`...), int32(v.BindPoint))
	return append(metaAclStage.Append(append(dst, `","stage":"`...), int32(v.Stage)), `"}`...), nil
}

func parseAclResource(text string) (v AclResource, err error) {
	w, err := parseJSON[struct {
		Available uint32 `json:"avail_num,string"`
		BindPoint string `json:"bind_point"`
		Stage     string `json:"stage"`
	}](text)
	v.Available = w.Available
	if err == nil {
		v.BindPoint, err = ParseEnum[AclBindPointType](&metaAclBindPointType, w.BindPoint)
	}
	if err == nil {
		v.Stage, err = ParseEnum[AclStage](&metaAclStage, w.Stage)
	}
	return v, err
}

func appendSystemPort(dst []byte, v SystemPortConfig) ([]byte, error) {
	dst = appendNum(dst, `{"attached_core_index":"`, v.AttachedCoreIndex)
	dst = appendNum(dst, `","attached_core_port_index":"`, v.AttachedCorePortIndex)
	dst = appendNum(dst, `","attached_switch_id":"`, v.AttachedSwitchID)
	dst = appendNum(dst, `","num_voq":"`, v.NumVoq)
	dst = appendNum(dst, `","port_id":"`, v.PortID)
	return append(appendNum(dst, `","speed":"`, v.Speed), `"}`...), nil
}

func parseSystemPort(text string) (SystemPortConfig, error) {
	w, err := parseJSON[struct {
		PortID                uint32 `json:"port_id,string"`
		AttachedSwitchID      uint32 `json:"attached_switch_id,string"`
		AttachedCoreIndex     uint32 `json:"attached_core_index,string"`
		AttachedCorePortIndex uint32 `json:"attached_core_port_index,string"`
		Speed                 uint32 `json:"speed,string"`
		NumVoq                uint32 `json:"num_voq,string"`
	}](text)
	return SystemPortConfig(w), err
}

func appendTimespec(dst []byte, v Timespec) ([]byte, error) {
	dst = appendNum(dst, `{"tv_nsec":"`, v.Nanoseconds)
	return append(appendNum(dst, `","tv_sec":"`, v.Seconds), `"}`...), nil
}

func parseTimespec(text string) (Timespec, error) {
	w, err := parseJSON[struct {
		Seconds     uint64 `json:"tv_sec,string"`
		Nanoseconds uint32 `json:"tv_nsec,string"`
	}](text)
	return Timespec(w), err
}

// appendJSONValue writes the document as the list of its bytes, signed, inside a document of its own.
func appendJSONValue(dst []byte, v JSON) ([]byte, error) {
	l := make(S8List, len(v))
	for i := range l {
		l[i] = int8(v[i])
	}
	dst, err := appendList(append(dst, `{"json":"`...), l, appendInt[int8])
	return append(dst, `"}`...), err
}

func parseJSONValue(text string) (JSON, error) {
	w, err := parseJSON[struct {
		JSON string `json:"json"`
	}](text)
	if err != nil {
		return "", err
	}
	l, n, err := parseList[S8List](w.JSON, parseInt[int8])
	if err != nil || n != nil {
		return "", errors.New("no list of bytes")
	}
	b := make([]byte, len(l))
	for i, c := range l {
		b[i] = byte(c)
	}
	return JSON(b), nil
}

func appendPoe(dst []byte, v PoePowerConsumption) ([]byte, error) {
	dst = metaPoePortActiveChannelType.Append(append(dst, `{"active_channel":"`...), int32(v.ActiveChannel))
	dst = appendNum(dst, `","assigned_class_a":"`, v.AssignedClassA)
	dst = appendNum(dst, `","assigned_class_b":"`, v.AssignedClassB)
	dst = metaPoePortClassMethodType.Append(append(dst, `","class_method":"`...), int32(v.ClassMethod))
	dst = appendNum(dst, `","consumption":"`, v.Consumption)
	dst = appendNum(dst, `","current":"`, v.Current)
	dst = appendNum(dst, `","measured_class_a":"`, v.MeasuredClassA)
	dst = appendNum(dst, `","measured_class_b":"`, v.MeasuredClassB)
	dst = metaPoePortSignatureType.Append(append(dst, `","signature_type":"`...), int32(v.Signature))
	return append(appendNum(dst, `","voltage":"`, v.Voltage), `"}`...), nil
}

func parsePoe(text string) (v PoePowerConsumption, err error) {
	w, err := parseJSON[struct {
		ActiveChannel  string `json:"active_channel"`
		AssignedClassA uint8  `json:"assigned_class_a,string"`
		AssignedClassB uint8  `json:"assigned_class_b,string"`
		ClassMethod    string `json:"class_method"`
		Consumption    uint32 `json:"consumption,string"`
		Current        uint32 `json:"current,string"`
		MeasuredClassA uint8  `json:"measured_class_a,string"`
		MeasuredClassB uint8  `json:"measured_class_b,string"`
		Signature      string `json:"signature_type"`
		Voltage        uint32 `json:"voltage,string"`
	}](text)
	if err != nil {
		return v, err
	}
	v = PoePowerConsumption{Voltage: w.Voltage, Current: w.Current, Consumption: w.Consumption, MeasuredClassA: w.MeasuredClassA,
		AssignedClassA: w.AssignedClassA, MeasuredClassB: w.MeasuredClassB, AssignedClassB: w.AssignedClassB}
	if v.ActiveChannel, err = ParseEnum[PoePortActiveChannelType](&metaPoePortActiveChannelType, w.ActiveChannel); err != nil {
		return v, err
	}
	if v.ClassMethod, err = ParseEnum[PoePortClassMethodType](&metaPoePortClassMethodType, w.ClassMethod); err != nil {
		return v, err
	}
	v.Signature, err = ParseEnum[PoePortSignatureType](&metaPoePortSignatureType, w.Signature)
	return v, err
}
