//go:build profile

package main

import (
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"syscall"
)

// A program that is built with the tag profile writes into the file PROFILE where its
// time goes, until it is sent SIGUSR1. `make profile` makes default.pgo so, by which every
// other build is optimized.
func init() {
	f, err := os.Create(os.Getenv("PROFILE"))
	if err == nil {
		runtime.SetCPUProfileRate(500) // a second; pprof would take 100, and says on stderr that it cannot
		err = pprof.StartCPUProfile(f)
	}
	if err != nil {
		panic(err)
	}
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGUSR1)
	go func() {
		<-end
		pprof.StopCPUProfile()
		_ = f.Close()
		_ = os.Rename(f.Name(), f.Name()+".done")
	}()
}
