// Cuts the power of a mounted ext4 or XFS: from now on nothing reaches its device, and what its log still holds in
// memory is gone. Takes the mount point; needs root.
package main

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

const (
	// The same number for both: XFS_IOC_GOINGDOWN and EXT4_IOC_SHUTDOWN, _IOR('X', 125, __u32).
	shutdown = 0x8004587d
	// Neither data nor the log are written on the way down.
	noLogFlush = uint32(2)
)

func main() {
	folder, err := os.Open(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	flags := noLogFlush
	_, _, code := syscall.Syscall(syscall.SYS_IOCTL, folder.Fd(), shutdown, uintptr(unsafe.Pointer(&flags)))
	if code != 0 {
		fmt.Fprintln(os.Stderr, "shutdown:", code)
		os.Exit(1)
	}
}
