// Narrows the list of incidents. The page says everything without it.
(() => {
})();
