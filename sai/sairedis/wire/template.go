package wire

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// Template is the value that a get command carries for an attribute: of a list, as many zero elements as the caller takes; of anything else, a zero
// value, which nobody looks at but SONiC's parser (sonic-contract 2.7).
func Template(a *sai.AttrMeta, capacity int) string {
	if a.Type.IsList() {
		return listTemplate(a, capacity)
	}
	switch a.Type {
	case sai.TypeBool:
		return "false"
	case sai.TypeOID:
		return "oid:0x0"
	case sai.TypeEnum:
		return zeroSymbol(a)
	case sai.TypeMAC:
		return "00:00:00:00:00:00"
	case sai.TypeIPv4, sai.TypeIPAddress:
		return "0.0.0.0"
	case sai.TypeIPv6, sai.TypeAclFieldMaskIPv6:
		return "::"
	case sai.TypeChar, sai.TypeJSON:
		return ""
	case sai.TypePointer:
		return "0x0"
	case sai.TypeU16Range, sai.TypeU32Range:
		return "0,0"
	case sai.TypeAclCapability:
		return "false:" + listTemplate(a, 128)
	}
	if a.Type >= sai.TypeAclFieldBool {
		return "disabled"
	}
	return "0"
}

func listTemplate(a *sai.AttrMeta, capacity int) string {
	element := "0"
	switch a.Type {
	case sai.TypeObjectList:
		element = "oid:0x0"
	case sai.TypeEnumList, sai.TypePortErrStatusList, sai.TypeAclCapability:
		element = zeroSymbol(a)
	case sai.TypeIPAddressList:
		element = "0.0.0.0"
	case sai.TypeSegmentList:
		element = "::"
	case sai.TypeU64RangeList:
		element = "0,0"
	case sai.TypeU8List, sai.TypeS8List, sai.TypeU16List, sai.TypeU32List, sai.TypeS32List, sai.TypeVlanList:
	default: // lists of JSON objects state a count alone
		return `{"count":` + strconv.Itoa(capacity) + `,"list":null}`
	}
	if capacity == 0 {
		return "0:null"
	}
	return strconv.Itoa(capacity) + ":" + element + strings.Repeat(","+element, capacity-1)
}

func zeroSymbol(a *sai.AttrMeta) string {
	if a.Enum == nil {
		return "0"
	}
	return string(a.Enum.Append(nil, 0))
}

// Capacity reads how many elements a template takes; -1 if it is not a list's.
func Capacity(a *sai.AttrMeta, template string) int {
	if !a.Type.IsList() {
		return -1
	}
	text := strings.TrimPrefix(template, `{"count":`)
	end := 0
	for end < len(text) && '0' <= text[end] && text[end] <= '9' {
		end++
	}
	n, err := strconv.ParseUint(text[:end], 10, 31)
	if err != nil {
		return 0
	}
	return int(n)
}

// ListLen is the length of a list value; false if it is none.
func ListLen(v any) (int, bool) {
	if r := reflect.ValueOf(v); r.Kind() == reflect.Slice {
		return r.Len(), true
	}
	return 0, false
}

// Join makes name=value|name=value.
func Join(fields []db.Field) string {
	var b strings.Builder
	for i, f := range fields {
		if i > 0 {
			b.WriteByte('|')
		}
		b.WriteString(f.Name)
		b.WriteByte('=')
		b.WriteString(f.Value)
	}
	return b.String()
}
