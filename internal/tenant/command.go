package tenant

import "time"

// Command is a call, or an operation of the control API, whose order matters: it may change a
// tenant's state. The same commands, applied in the same order to servers that are alike, give
// the same answers and the same state. A call that changes nothing is free, and no command.
type Command struct {
	Wall   time.Time `json:"wall"`   // of the server's clock when it came; the only time that applying it knows
	Tenant string    `json:"tenant"` // empty when the operation is about all tenants
	Kind   string    `json:"kind"`   // who applies it: CallCommand or ControlCommand
	Body   []byte    `json:"body"`   // what was asked for, as who applies it writes it
}

// The kinds of commands.
const (
	CallCommand    = "call"
	ControlCommand = "control"
)
