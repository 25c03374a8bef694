// Renders the templates that Whetstone writes into Modelfiles with Go's own text/template, over the values that Ollama
// gives them, and compares the texts with those of the models' own chat templates.
//
// It reads cases.json, which a test of Whetstone writes; see ../README.md.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/template"
)

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type testCase struct {
	Model    string    `json:"model"`
	Template string    `json:"template"`
	Messages []message `json:"messages"`
	Expected string    `json:"expected"`
}

func render(one testCase) (string, error) {
	parsed, err := template.New("template").Option("missingkey=zero").Parse(one.Template)
	if err != nil {
		return "", err
	}
	var system []string
	var messages []*message
	for i := range one.Messages {
		if one.Messages[i].Role == "system" {
			system = append(system, one.Messages[i].Content)
		}
		messages = append(messages, &one.Messages[i])
	}
	values := map[string]any{"System": strings.Join(system, "\n\n"), "Messages": messages, "Response": ""}
	var text strings.Builder
	err = parsed.Execute(&text, values)
	return text.String(), err
}

func main() {
	content, err := os.ReadFile(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var cases []testCase
	if err := json.Unmarshal(content, &cases); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	same := map[string]int{}
	differ := 0
	for _, one := range cases {
		text, err := render(one)
		if err != nil || text != one.Expected {
			differ++
			fmt.Printf("%s: %v\n  expected %q\n  found    %q\n", one.Model, err, one.Expected, text)
			continue
		}
		same[one.Model]++
	}
	for model, count := range same {
		fmt.Printf("%s: %d conversations come out the same\n", model, count)
	}
	if differ > 0 || len(cases) == 0 {
		fmt.Printf("%d of %d conversations differ\n", differ, len(cases))
		os.Exit(1)
	}
}
