import { createApp } from "vue"
import App from "./App.vue"
import { startSending } from "./data/queue"
import { keepShell } from "./floor/shell"
import { router } from "./router"
import "./style.css"

createApp(App).use(router).mount("#app")
startSending()
void keepShell()
