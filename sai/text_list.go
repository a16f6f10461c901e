package sai

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

const nullList = "0:null"

// list is the codec of `count:a,b,c`. A nil list and an empty one are both the null list.
func list[L ~[]T, T any](app appender[T], parse parser[T]) codec {
	return codec{
		list: textList,
		is:   isOrNil[L],
		append: func(dst []byte, _ *AttrMeta, v any) ([]byte, error) {
			l, ok := v.(L)
			if !ok && v != nil {
				return dst, mismatch(l, v)
			}
			return appendList(dst, l, app)
		},
		parse: func(_ *AttrMeta, text string) (any, error) {
			l, n, err := parseList[L](text, parse)
			return listOrCount(l, n, err)
		},
	}
}

// listOrCount gives the Count if a list states only its length.
func listOrCount[L ~[]T, T any](l L, n *Count, err error) (any, error) {
	switch {
	case err != nil:
		return nil, err
	case n != nil:
		return *n, nil
	}
	return l, nil
}

func appendList[T any](dst []byte, l []T, app appender[T]) ([]byte, error) {
	if len(l) == 0 {
		return append(dst, nullList...), nil
	}
	dst = append(strconv.AppendInt(dst, int64(len(l)), 10), ':')
	for i, v := range l {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = app(dst, v); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// parseList reads `count:a,b,c`; a bare count and `count:null` come as a Count, except the null list.
func parseList[L ~[]T, T any](text string, parse parser[T]) (L, *Count, error) {
	if text == nullList {
		return nil, nil, nil
	}
	head, items, full := strings.Cut(text, ":")
	n, err := strconv.ParseUint(head, 10, 32)
	if err != nil {
		return nil, nil, errors.New("want count:items")
	}
	if !full || items == "null" {
		c := Count(n)
		return nil, &c, nil
	}
	if n != uint64(strings.Count(items, ",")+1) {
		return nil, nil, fmt.Errorf("count %d is not the number of items", n)
	}
	l := make(L, 0, n)
	for s := range strings.SplitSeq(items, ",") {
		v, err := parse(s)
		if err != nil {
			return nil, nil, fmt.Errorf("item %d: %w", len(l), err)
		}
		l = append(l, v)
	}
	return l, nil, nil
}

func appendEnumList(dst []byte, a *AttrMeta, v any) ([]byte, error) {
	l, ok := v.(S32List)
	if !ok && v != nil {
		return dst, mismatch(l, v)
	}
	return appendList(dst, l, func(dst []byte, n int32) ([]byte, error) { return a.Enum.Append(dst, n), nil })
}

func parseEnumList(a *AttrMeta, text string) (any, error) {
	l, n, err := parseList[S32List](text, a.Enum.Parse)
	return listOrCount(l, n, err)
}

func appendRangeList(dst []byte, _ *AttrMeta, v any) ([]byte, error) {
	l, ok := v.(U64RangeList)
	if !ok && v != nil {
		return dst, mismatch(l, v)
	}
	return appendList(dst, l, func(dst []byte, r U64Range) ([]byte, error) { return appendRange(dst, r.Min, r.Max), nil })
}

// parseRangeList reads `2:1,2,3,4`: the count is of pairs.
func parseRangeList(_ *AttrMeta, text string) (any, error) {
	head, items, _ := strings.Cut(text, ":")
	if n, err := strconv.ParseUint(head, 10, 31); err == nil && items != "null" && items != "" {
		text = strconv.FormatUint(2*n, 10) + ":" + items
	}
	flat, count, err := parseList[[]uint64](text, parseUint[uint64])
	var l U64RangeList
	for i := 0; i+1 < len(flat); i += 2 {
		l = append(l, U64Range{flat[i], flat[i+1]})
	}
	return listOrCount(l, count, err)
}

func appendAclCapability(dst []byte, v AclCapability) ([]byte, error) {
	dst = append(strconv.AppendBool(dst, v.ActionListMandatory), ':')
	return appendList(dst, v.Actions, func(dst []byte, n int32) ([]byte, error) { return metaAclActionType.Append(dst, n), nil })
}

func parseAclCapability(text string) (AclCapability, error) {
	head, actions, _ := strings.Cut(text, ":")
	mandatory, err := parseBool(head)
	if err != nil {
		return AclCapability{}, err
	}
	l, n, err := parseList[S32List](actions, metaAclActionType.Parse)
	if err == nil && n != nil {
		err = errors.New("a count without a list")
	}
	return AclCapability{mandatory, l}, err
}
