// Each import registers its functions with the Functions host; nothing is contacted before the first of them runs.
import './hooks.ts'
import './http.ts'
import './nightlyScaleDown.ts'
import './scheduledScaleUp.ts'
import './verifyScaledToZero.ts'
