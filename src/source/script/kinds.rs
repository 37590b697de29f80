//! The grammar's names of nodes and roles, as ours: only those that are lowered.

macro_rules! names {
    ($(#[$doc:meta])* $type:ident { $($variant:ident = $name:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $type { $($variant,)* Other }
        impl $type {
            /// From the grammar's name.
            pub(super) fn of(name: &str) -> Self {
                match name { $($name => Self::$variant,)* _ => Self::Other }
            }
        }
    };
}

names! {
    /// What a node is.
    K {
        Array = "array", ArrayPattern = "array_pattern", Arrow = "arrow_function", Assignment = "assignment_expression",
        AssignmentPattern = "assignment_pattern", Augmented = "augmented_assignment_expression", Await = "await_expression",
        Binary = "binary_expression", Block = "statement_block", Break = "break_statement", Call = "call_expression",
        Catch = "catch_clause", Class = "class", ClassBody = "class_body", ClassDeclaration = "class_declaration",
        ClassStatic = "class_static_block", Comment = "comment", Computed = "computed_property_name", Continue = "continue_statement",
        Do = "do_statement", Else = "else_clause", Export = "export_statement", ExpressionStatement = "expression_statement",
        False = "false", Field = "field_definition", Finally = "finally_clause", For = "for_statement", ForIn = "for_in_statement",
        Function = "function_expression", FunctionDeclaration = "function_declaration", Generator = "generator_function",
        GeneratorDeclaration = "generator_function_declaration", HtmlComment = "html_comment", Identifier = "identifier",
        If = "if_statement", Import = "import", ImportStatement = "import_statement", ImportClause = "import_clause",
        ImportSpecifier = "import_specifier", Labeled = "labeled_statement", Lexical = "lexical_declaration",
        Member = "member_expression", Method = "method_definition", NamedImports = "named_imports", NamespaceImport = "namespace_import",
        New = "new_expression", Null = "null", Number = "number", Object = "object", ObjectAssignmentPattern = "object_assignment_pattern",
        ObjectPattern = "object_pattern", Pair = "pair", PairPattern = "pair_pattern", Parenthesized = "parenthesized_expression",
        PrivateName = "private_property_identifier", PropertyName = "property_identifier", Regex = "regex", RestPattern = "rest_pattern",
        Return = "return_statement", Sequence = "sequence_expression", Shorthand = "shorthand_property_identifier",
        ShorthandPattern = "shorthand_property_identifier_pattern", Spread = "spread_element", String = "string",
        Subscript = "subscript_expression", Super = "super", Switch = "switch_statement", SwitchCase = "switch_case",
        SwitchDefault = "switch_default", Template = "template_string", Ternary = "ternary_expression", This = "this",
        Throw = "throw_statement", True = "true", Try = "try_statement", Unary = "unary_expression", Undefined = "undefined",
        Update = "update_expression", Using = "using_declaration", Variable = "variable_declaration", VariableDeclarator = "variable_declarator",
        While = "while_statement", With = "with_statement", Yield = "yield_expression",
        Escape = "escape_sequence", Fragment = "string_fragment", Substitution = "template_substitution", Arguments = "arguments",
        Error = "ERROR", Semicolon = ";", OptionalChain = "optional_chain",
    }
}

names! {
    /// The role of a node in its parent.
    F {
        Alias = "alias", Alternative = "alternative", Argument = "argument", Arguments = "arguments", Body = "body", Condition = "condition",
        Consequence = "consequence", Constructor = "constructor", Declaration = "declaration", Finalizer = "finalizer",
        Function = "function", Handler = "handler", Increment = "increment", Index = "index", Initializer = "initializer", Key = "key",
        Kind = "kind", Left = "left", Member = "member", Name = "name", Object = "object", Operator = "operator", Parameter = "parameter", Parameters = "parameters",
        Property = "property", Right = "right", Source = "source", Value = "value",
    }
}
