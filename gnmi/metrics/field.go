package metrics

import (
	"strconv"

	"github.com/hypersonic-nos/hypersonic/db"
)

func field(c db.Change, name string) string {
	for _, f := range c.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

func number(text string) float64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0
	}
	return f
}
