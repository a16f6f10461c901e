package sai

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Measurements of lanes are JSON objects with the lane as the key, {"0":"T*","1":"F"}; the keys are in the order of their text.
// A list that states only its length is the bare number.

func lanes[L ~[]T, T any](lane func(T) uint32, app appender[T], parse func(lane uint32, text string) (T, error)) codec {
	return codec{
		list: textList,
		is:   isOrNil[L],
		append: func(dst []byte, _ *AttrMeta, v any) ([]byte, error) {
			l, ok := v.(L)
			if !ok && v != nil {
				return dst, mismatch(l, v)
			}
			return appendLanes(dst, l, lane, app)
		},
		parse: func(_ *AttrMeta, text string) (any, error) {
			if n, err := parseUint[uint32](text); err == nil {
				return Count(n), nil
			}
			l, err := parseLanes[L](text, parse)
			slices.SortFunc(l, func(a, b T) int { return int(int64(lane(a)) - int64(lane(b))) })
			return listOrCount(l, nil, err)
		},
	}
}

func appendLanes[T any](dst []byte, l []T, lane func(T) uint32, app appender[T]) ([]byte, error) {
	text := func(v T) string { return strconv.FormatUint(uint64(lane(v)), 10) }
	l = slices.SortedFunc(slices.Values(l), func(a, b T) int { return strings.Compare(text(a), text(b)) })
	dst = append(dst, '{')
	for i, v := range l {
		if i > 0 && lane(l[i-1]) == lane(v) {
			return dst, errors.New("a lane twice")
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), text(v)...), `":`...)
		var err error
		if dst, err = app(dst, v); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

func parseLanes[L ~[]T, T any](text string, parse func(lane uint32, text string) (T, error)) (L, error) {
	m, err := parseJSON[map[string]json.RawMessage](text)
	if err != nil {
		return nil, err
	}
	var l L
	for k, raw := range m {
		lane, err := parseUint[uint32](k)
		if err != nil || k != strconv.FormatUint(uint64(lane), 10) {
			return nil, errors.New("a key is no lane")
		}
		v, err := parse(lane, string(raw))
		if err != nil {
			return nil, err
		}
		l = append(l, v)
	}
	return l, nil
}

func laneOfLatch(v LaneLatchStatus) uint32 { return v.Lane }

// appendLaneLatch writes T or F, and a star if it has changed.
func appendLaneLatch(dst []byte, v LaneLatchStatus) ([]byte, error) {
	t := `"F`
	if v.Value.Current {
		t = `"T`
	}
	dst = append(dst, t...)
	if v.Value.Changed {
		dst = append(dst, '*')
	}
	return append(dst, '"'), nil
}

func parseLaneLatch(lane uint32, text string) (LaneLatchStatus, error) {
	s := strings.Trim(text, `"`)
	t, changed := strings.CutSuffix(s, "*")
	if t != "T" && t != "F" {
		return LaneLatchStatus{}, errors.New("want T, T*, F or F*")
	}
	return LaneLatchStatus{lane, LatchStatus{Changed: changed, Current: t == "T"}}, nil
}

func laneOfValue(v LaneValue) uint32 { return v.Lane }

func appendLanePpm(dst []byte, v LaneValue) ([]byte, error) { return appendInt(dst, v.Value) }

func parseLanePpm(lane uint32, text string) (LaneValue, error) {
	n, err := parseInt[int32](text)
	return LaneValue{lane, n}, err
}

// snrUnit: the value counts 1/256 dB, the text is in dB.
const snrUnit = 256

func appendLaneSnr(dst []byte, v LaneValue) ([]byte, error) {
	n := len(dst)
	dst = strconv.AppendFloat(dst, float64(v.Value)/snrUnit, 'f', -1, 64)
	if !strings.Contains(string(dst[n:]), ".") {
		dst = append(dst, ".0"...)
	}
	return dst, nil
}

func parseLaneSnr(lane uint32, text string) (LaneValue, error) {
	f, err := strconv.ParseFloat(text, 64)
	f *= snrUnit
	if err != nil || f != float64(int32(f)) {
		return LaneValue{}, errors.New("want dB in steps of 1/256")
	}
	return LaneValue{lane, int32(f)}, nil
}

// appendTaps turns the table: lanes outside, taps inside, {"0":[{"tap0":1},{"tap1":5}],"1":..}.
func appendTaps(dst []byte, _ *AttrMeta, v any) ([]byte, error) {
	taps, ok := v.(TapsList)
	if !ok && v != nil {
		return dst, mismatch(taps, v)
	}
	n := 0
	if len(taps) > 0 {
		n = len(taps[0])
	}
	for _, t := range taps {
		if len(t) != n {
			return dst, errors.New("taps have different numbers of lanes")
		}
	}
	numbers := make([]uint32, n)
	for i := range numbers {
		numbers[i] = uint32(i)
	}
	return appendLanes(dst, numbers, func(lane uint32) uint32 { return lane }, func(dst []byte, lane uint32) ([]byte, error) {
		dst = append(dst, '[')
		for i, t := range taps {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = strconv.AppendInt(append(dst, `{"tap`...), int64(i), 10)
			dst = append(appendNum(dst, `":`, t[lane]), '}')
		}
		return append(dst, ']'), nil
	})
}

func parseTaps(_ *AttrMeta, text string) (any, error) {
	if n, err := parseUint[uint32](text); err == nil {
		return Count(n), nil
	}
	lanes, err := parseJSON[map[string][]map[string]int32](text)
	if err != nil {
		return nil, err
	}
	if len(lanes) == 0 {
		return TapsList(nil), nil
	}
	list := make(TapsList, len(lanes["0"]))
	for lane := range len(lanes) {
		taps := lanes[strconv.Itoa(lane)]
		if len(taps) != len(list) || len(taps) == 0 {
			return nil, errors.New("a lane is missing, or has another number of taps")
		}
		for i, t := range taps {
			v, ok := t["tap"+strconv.Itoa(i)]
			if !ok || len(t) != 1 {
				return nil, errors.New("want taps in order")
			}
			list[i] = append(list[i], v)
		}
	}
	return list, nil
}

func appendLatch(dst []byte, v LatchStatus) ([]byte, error) {
	return strconv.AppendBool(append(strconv.AppendBool(dst, v.Changed), ':'), v.Current), nil
}

func parseLatch(text string) (v LatchStatus, err error) {
	changed, current, _ := strings.Cut(text, ":")
	if v.Changed, err = parseBool(changed); err == nil {
		v.Current, err = parseBool(current)
	}
	return v, err
}
