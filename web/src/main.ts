// Starts the live paper in the page.
// Why: one entry, one app; styles are loaded here so that their order is visible.
// It does not route: the place in the address is read by `place.ts`.
import { createApp } from 'vue'
import PaperPage from './paper/PaperPage.vue'
import './style/base.css'
import './style/kit.css'
import './style/paper.css'
import './style/rail.css'
import './style/clause.css'
import './style/print.css'

createApp(PaperPage).mount('#app')
