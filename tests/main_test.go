package tests

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain sees to it that whole switches leave no goroutine behind.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/golang/glog.(*fileSink).flushDaemon"))
}
