// Package server is the gNMI service, version 0.10.0: Capabilities, Get, Set and Subscribe over the origins that it is given. Paths find their origin here
// (route.go); a Set becomes a transaction (set.go, package transaction); a Subscribe becomes attachments to topics (subscribe.go, stream.go, package
// subscribe); leaves become answers in the encoding that was asked for (encode.go).
package server
