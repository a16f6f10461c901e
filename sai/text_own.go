package sai

import (
	"strconv"
)

// SONiC has no text for the types in this file. Ours follow its other JSON lists.

func appendPrbsState(dst []byte, v PrbsRxState) ([]byte, error) {
	dst = appendNum(dst, `{"error_count":`, v.Errors)
	return append(metaPortPrbsRxStatus.Append(append(dst, `,"rx_status":"`...), int32(v.Status)), `"}`...), nil
}

type wirePrbsState struct {
	Errors uint32 `json:"error_count"`
	Status string `json:"rx_status"`
}

func (w wirePrbsState) value() (PrbsRxState, error) {
	s, err := ParseEnum[PortPrbsRxStatus](&metaPortPrbsRxStatus, w.Status)
	return PrbsRxState{s, w.Errors}, err
}

func parsePrbsState(text string) (PrbsRxState, error) {
	w, err := parseJSON[wirePrbsState](text)
	if err != nil {
		return PrbsRxState{}, err
	}
	return w.value()
}

func appendPrbsLaneStatus(dst []byte, v PrbsLaneStatus) ([]byte, error) {
	dst = append(appendNum(dst, `{"lane":`, v.Lane), `,"rx_status":"`...)
	return append(metaPortPrbsRxStatus.Append(dst, int32(v.Status)), `"}`...), nil
}

func parsePrbsLaneStatus(text string) (PrbsLaneStatus, error) {
	w, err := parseJSON[struct {
		Lane   uint32 `json:"lane"`
		Status string `json:"rx_status"`
	}](text)
	if err != nil {
		return PrbsLaneStatus{}, err
	}
	s, err := ParseEnum[PortPrbsRxStatus](&metaPortPrbsRxStatus, w.Status)
	return PrbsLaneStatus{w.Lane, s}, err
}

func appendPrbsLaneState(dst []byte, v PrbsLaneState) ([]byte, error) {
	dst, err := appendPrbsState(append(appendNum(dst, `{"lane":`, v.Lane), `,"rx_state":`...), v.State)
	return append(dst, '}'), err
}

func parsePrbsLaneState(text string) (PrbsLaneState, error) {
	w, err := parseJSON[struct {
		Lane  uint32        `json:"lane"`
		State wirePrbsState `json:"rx_state"`
	}](text)
	if err != nil {
		return PrbsLaneState{}, err
	}
	s, err := w.State.value()
	return PrbsLaneState{w.Lane, s}, err
}

func appendPrbsLaneBer(dst []byte, v PrbsLaneBer) ([]byte, error) {
	dst = appendNum(dst, `{"exponent":`, v.Exponent)
	dst = appendNum(dst, `,"lane":`, v.Lane)
	return append(appendNum(dst, `,"mantissa":`, v.Mantissa), '}'), nil
}

func parsePrbsLaneBer(text string) (PrbsLaneBer, error) {
	w, err := parseJSON[struct {
		Lane     uint32 `json:"lane"`
		Exponent uint8  `json:"exponent"`
		Mantissa uint64 `json:"mantissa"`
	}](text)
	return PrbsLaneBer(w), err
}

func appendEyeValues(dst []byte, v PortEyeValues) ([]byte, error) {
	dst = appendNum(dst, `{"down":`, v.Down)
	dst = appendNum(dst, `,"lane":`, v.Lane)
	dst = appendNum(dst, `,"left":`, v.Left)
	dst = appendNum(dst, `,"right":`, v.Right)
	return append(appendNum(dst, `,"up":`, v.Up), '}'), nil
}

func parseEyeValues(text string) (PortEyeValues, error) {
	w, err := parseJSON[struct {
		Lane  uint32 `json:"lane"`
		Left  int32  `json:"left"`
		Right int32  `json:"right"`
		Up    int32  `json:"up"`
		Down  int32  `json:"down"`
	}](text)
	return PortEyeValues(w), err
}

func appendPam4Eye(dst []byte, before string, v Pam4EyeValues) []byte {
	dst = appendNum(append(dst, before...), `{"down":`, v.Down)
	dst = appendNum(dst, `,"left":`, v.Left)
	dst = appendNum(dst, `,"right":`, v.Right)
	return append(appendNum(dst, `,"up":`, v.Up), '}')
}

func appendPam4EyeValues(dst []byte, v PortPam4EyeValues) ([]byte, error) {
	dst = appendNum(dst, `{"lane":`, v.Lane)
	dst = appendPam4Eye(dst, `,"lower":`, v.Lower)
	dst = appendPam4Eye(dst, `,"middle":`, v.Middle)
	return append(appendPam4Eye(dst, `,"upper":`, v.Upper), '}'), nil
}

type wirePam4Eye struct {
	Left  int32 `json:"left"`
	Right int32 `json:"right"`
	Up    int32 `json:"up"`
	Down  int32 `json:"down"`
}

func parsePam4EyeValues(text string) (PortPam4EyeValues, error) {
	w, err := parseJSON[struct {
		Lane   uint32      `json:"lane"`
		Lower  wirePam4Eye `json:"lower"`
		Middle wirePam4Eye `json:"middle"`
		Upper  wirePam4Eye `json:"upper"`
	}](text)
	return PortPam4EyeValues{w.Lane, Pam4EyeValues(w.Lower), Pam4EyeValues(w.Middle), Pam4EyeValues(w.Upper)}, err
}

func appendReachability(dst []byte, v FabricReachability) ([]byte, error) {
	dst = strconv.AppendBool(append(dst, `{"reachable":`...), v.Reachable)
	return append(appendNum(dst, `,"switch_id":`, v.SwitchID), '}'), nil
}

func parseReachability(text string) (FabricReachability, error) {
	w, err := parseJSON[struct {
		SwitchID  uint32 `json:"switch_id"`
		Reachable bool   `json:"reachable"`
	}](text)
	return FabricReachability(w), err
}

func appendTlv(dst []byte, v Tlv) ([]byte, error) {
	dst = metaTlvType.Append(append(dst, `{"type":"`...), int32(v.Type))
	return append(appendHex(append(dst, `","value":"`...), v.Value[:]), `"}`...), nil
}

func parseTlv(text string) (v Tlv, err error) {
	w, err := parseJSON[struct {
		Type  string `json:"type"`
		Value string `json:"value"`
	}](text)
	if err == nil {
		v.Type, err = ParseEnum[TlvType](&metaTlvType, w.Type)
	}
	if err == nil {
		err = parseHex(v.Value[:], w.Value)
	}
	return v, err
}

func appendAclChain(dst []byte, v AclChain) ([]byte, error) {
	dst = v.Group.append(append(dst, `{"chain_group":"`...))
	dst = metaAclTableChainGroupStage.Append(append(dst, `","stage":"`...), int32(v.Stage))
	return append(dst, `"}`...), nil
}

func parseAclChain(text string) (v AclChain, err error) {
	w, err := parseJSON[struct {
		Group string `json:"chain_group"`
		Stage string `json:"stage"`
	}](text)
	if err == nil {
		v.Group, err = ParseOID(w.Group)
	}
	if err == nil {
		v.Stage, err = ParseEnum[AclTableChainGroupStage](&metaAclTableChainGroupStage, w.Stage)
	}
	return v, err
}
