// Each import registers its functions with the Functions host; nothing is contacted before the first of them runs.
import './telemetry/hooks.ts'
import './http.ts'
import './timers/nightlyScaleDown.ts'
import './timers/scheduledScaleUp.ts'
import './timers/verifyScaledToZero.ts'
