// Each import registers its functions with the Functions host; nothing is contacted before the first request.
import './http.ts'
