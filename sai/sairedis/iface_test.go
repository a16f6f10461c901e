package sairedis_test

import (
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis"
)

var (
	_ sai.API           = (*sairedis.Client)(nil)
	_ objects.Names     = (*sairedis.Client)(nil)
	_ objects.Allocator = (*sairedis.Client)(nil)
	_ objects.Lister    = (*sairedis.Client)(nil)
)
