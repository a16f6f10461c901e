package main

import (
	"fmt"
	"slices"
	"strings"
)

// emitAttrs writes the attribute numbers and constructors of some objects.
func emitAttrs(f *facts, kf *keyFile, objects []*object) string {
	var b strings.Builder
	for _, o := range objects {
		fmt.Fprintf(&b, "// The attributes of %s.\nconst (\n", o.Symbol)
		for _, a := range o.Attrs {
			fmt.Fprintf(&b, "%s uint16 = %d\n", a.Const, a.ID)
		}
		b.WriteString(")\n\n")
		for _, a := range o.Attrs {
			if a.Func != "" {
				emitConstructor(&b, o, a, slices.Contains(kf.Choices, a.Symbol))
			}
		}
	}
	body, imports := b.String(), ""
	if strings.Contains(body, "netip.") {
		imports = "\"net/netip\"\n\n"
	}
	return "import (\n" + imports + "\"github.com/hypersonic-nos/hypersonic/engine\"\n)\n\n" + body
}

func emitConstructor(b *strings.Builder, o *object, a *attr, choice bool) {
	ret := fmt.Sprintf("engine.Attr[%sKey]", o.Go)
	body := func(v string) string { return fmt.Sprintf("return %s{ID: %s, Value: %s}", ret, a.Const, v) }
	fmt.Fprintf(b, "// %s is %s", a.Func, a.Symbol)
	if n := len(a.Objects); n > 0 {
		short := make([]string, n)
		for i, t := range a.Objects {
			short[i] = strings.TrimPrefix(t, "SAI_OBJECT_TYPE_")
		}
		fmt.Fprintf(b, ", which refers to %s", strings.Join(short, ", "))
	}
	b.WriteString(".\n")
	if a.Value.Param == "" {
		fmt.Fprintf(b, "func %s(k engine.Key) %s { %s }\n\n", a.Func, ret, body("ref(k)"))
		if choice {
			fmt.Fprintf(b, "// %sChoice is %s, the first of the keys that exists.\nfunc %sChoice(keys ...engine.Key) %s { %s }\n\n",
				a.Func, a.Symbol, a.Func, ret, body("engine.Choice(keys)"))
		}
		return
	}
	v := "v"
	if a.Value.Wrap != "" {
		v = fmt.Sprintf(a.Value.Wrap, "v")
	}
	fmt.Fprintf(b, "func %s(v %s) %s { %s }\n\n", a.Func, a.Value.Param, ret, body(v))
}
